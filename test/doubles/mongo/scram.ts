/** The double's side of a login by SCRAM-SHA-256 (RFC 5802, RFC 7677): nothing else is done for who has not logged in. */
import { createHash, createHmac, pbkdf2Sync, randomBytes } from 'node:crypto';
import { Binary } from 'mongodb';
import type { Guard } from '../tls/guard';
import { Refused } from './query';
import type { Doc } from './wire';

const MECHANISM = 'SCRAM-SHA-256';
const ROUNDS = 4_096;

const hmac = (key: Buffer, text: string): Buffer => createHmac('sha256', key).update(text).digest();
/** `r=…,s=…,i=…` */
const attributes = (message: string): ReadonlyMap<string, string> =>
  new Map(message.split(',').map((part) => [part.slice(0, 1), part.slice(2)]));
const textIn = (payload: unknown): string => (payload instanceof Binary ? Buffer.from(payload.buffer) : '').toString();

export class Login {
  private done = false;
  private begun: { readonly said: string; readonly salt: Buffer; readonly user: string } | undefined;

  constructor(private readonly guard: Pick<Guard, 'user' | 'password'>) {}

  /** What a greeting tells of it. */
  offer(greeting: Doc): Doc {
    return greeting['saslSupportedMechs'] === undefined ? {} : { saslSupportedMechs: [MECHANISM] };
  }

  /** Absent for a command that may go on. */
  answer(command: string, body: Doc): Doc | undefined {
    if (command === 'saslStart') return this.step(this.begin(textIn(body['payload'])), false);
    if (command === 'saslContinue') return this.step(this.prove(textIn(body['payload'])), true);
    if (this.done) return undefined;
    throw new Refused(13, `Command ${command} requires authentication`, 'Unauthorized');
  }

  private step(said: string, done: boolean): Doc {
    return { conversationId: 1, payload: new Binary(Buffer.from(said)), done, ok: 1 };
  }

  private begin(first: string): string {
    const bare = first.replace(/^n,,/, '');
    const salt = randomBytes(16);
    const asked = attributes(bare);
    const said = `r=${asked.get('r')}${randomBytes(18).toString('base64')},s=${salt.toString('base64')},i=${ROUNDS}`;
    this.begun = { said: `${bare},${said}`, salt, user: asked.get('n') ?? '' };
    return said;
  }

  private prove(final: string): string {
    const { said, salt, user } = this.begun ?? { said: '', salt: Buffer.alloc(0), user: '' };
    const salted = pbkdf2Sync(this.guard.password, salt, ROUNDS, 32, 'sha256');
    const talk = `${said},${final.replace(/,p=.*$/, '')}`;
    const key = hmac(salted, 'Client Key');
    const signature = hmac(createHash('sha256').update(key).digest(), talk);
    const proof = key.map((byte, i) => byte ^ (signature[i] ?? 0));
    if (user !== this.guard.user || attributes(final).get('p') !== Buffer.from(proof).toString('base64'))
      throw new Refused(18, 'Authentication failed.', 'AuthenticationFailed');
    this.done = true;
    return `v=${hmac(hmac(salted, 'Server Key'), talk).toString('base64')}`;
  }
}
