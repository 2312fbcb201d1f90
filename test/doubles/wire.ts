/** The cable between a client and the double: it can be cut, slow, late, deaf to answers, or open while nothing passes. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';
import { Transform } from 'node:stream';

export class Wire {
  /** Milliseconds by which bytes come later, each way. */
  delay = 0;
  /** Bytes a second, each way. */
  speed = Infinity;
  /** Each open socket, and where its bytes go. */
  private readonly sockets = new Map<Socket, Transform>();
  private readonly server: Server;
  private stalled = false;
  private away = false;
  private swallowing = false;

  private constructor(private readonly to: number) {
    this.server = createServer((socket) => this.join(socket));
  }

  static async open(to: number): Promise<Wire> {
    const wire = new Wire(to);
    await new Promise<void>((resolve) => wire.server.listen(0, '127.0.0.1', resolve));
    return wire;
  }

  get port(): number {
    return (this.server.address() as AddressInfo).port;
  }

  /** Cuts every connection; new ones are taken. */
  cut(): void {
    for (const socket of this.sockets.keys()) socket.destroy();
  }

  /** Cuts every connection and hangs up on new ones, until `mend`. */
  unplug(): void {
    this.away = true;
    this.cut();
  }

  /** Connections stay open, nothing passes, until `mend`. */
  stall(): void {
    this.stalled = true;
    for (const [from, through] of this.sockets) from.unpipe(through).pause();
  }

  /** What clients send arrives, and no answer does, until `mend`: then these connections are cut. */
  swallow(): void {
    this.swallowing = true;
  }

  mend(): void {
    this.away = false;
    if (this.swallowing) this.cut();
    this.swallowing = false;
    if (this.stalled) for (const [from, through] of this.sockets) from.pipe(through);
    this.stalled = false;
  }

  async close(): Promise<void> {
    this.cut();
    await new Promise((resolve) => this.server.close(resolve));
  }

  private join(client: Socket): void {
    if (this.away) {
      client.destroy();
      return;
    }
    const server = connect(this.to, '127.0.0.1');
    this.lane(client, server, () => false);
    this.lane(server, client, () => this.swallowing);
  }

  private lane(from: Socket, into: Socket, swallows: () => boolean): void {
    const through = this.passage(swallows);
    this.sockets.set(from, through);
    from.setNoDelay(true);
    from.on('error', () => {});
    from.on('close', () => {
      this.sockets.delete(from);
      through.destroy();
      into.destroy();
    });
    through.pipe(into);
    if (!this.stalled) from.pipe(through);
  }

  /** Bytes pass when they are due, in their order. */
  private passage(swallows: () => boolean): Transform {
    const late: Buffer[] = [];
    let free = 0;
    let ended: (() => void) | undefined;
    const passage: Transform = new Transform({
      transform: (bytes: Buffer, _, next) => {
        const now = performance.now();
        free = Math.max(free, now) + (bytes.length / this.speed) * 1_000;
        const due = free - now + this.delay;
        late.push(bytes);
        if (due <= 0 && late.length === 1) go();
        else setTimeout(go, due);
        next();
      },
      flush: (end) => {
        if (late.length === 0) end();
        else ended = end;
      },
    });
    const go = () => {
      const bytes = late.shift();
      if (!passage.destroyed && !swallows()) passage.push(bytes);
      if (late.length === 0) ended?.();
    };
    return passage;
  }
}
