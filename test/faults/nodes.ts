/** Nodes of Kith as processes of their own, to be killed, paused and listened to. */
import { type ChildProcess, spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

const main = join(__dirname, '..', '..', 'dist', 'src', 'main.js');

export interface Node {
  readonly child: ChildProcess;
  readonly url: string;
  /** All that it printed, on both streams. */
  readonly output: string[];
}

/** Resolves when it listens; rejects with what it said when it ends before. */
export async function startNode(role: string, env: Readonly<Record<string, string>>): Promise<Node> {
  const child = spawn(process.execPath, [main, 'serve', '--role', role, '--port', '0'], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  const output: string[] = [];
  child.stderr.on('data', (text) => output.push(String(text)));
  const url = await new Promise<string>((resolve, reject) => {
    createInterface({ input: child.stdout }).on('line', (line) => {
      output.push(line);
      const found = /listens on (\S+)/.exec(line)?.[1];
      if (found !== undefined) resolve(found);
    });
    child.once('exit', () => reject(new Error(`the node ended: ${output.join('\n')}`)));
  });
  return { child, url, output };
}

export async function endNode({ child }: Node, signal: NodeJS.Signals = 'SIGKILL'): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill(signal);
  await gone;
}
