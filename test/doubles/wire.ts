/** The cable between a client and the double: it can be cut, and it can be kept open while nothing passes. */
import { type AddressInfo, connect, createServer, type Server, type Socket } from 'node:net';

export class Wire {
  /** Each open socket, and where its bytes go. */
  private readonly sockets = new Map<Socket, Socket>();
  private readonly server: Server;
  private stalled = false;
  private away = false;

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
    for (const [from, into] of this.sockets) from.unpipe(into).pause();
  }

  mend(): void {
    this.away = false;
    this.stalled = false;
    for (const [from, into] of this.sockets) from.pipe(into);
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
    for (const [from, into] of [
      [client, server],
      [server, client],
    ] as const) {
      this.sockets.set(from, into);
      from.setNoDelay(true);
      from.on('error', () => {});
      from.on('close', () => {
        this.sockets.delete(from);
        into.destroy();
      });
      if (!this.stalled) from.pipe(into);
    }
  }
}
