/**
 * What is deployed is what Kith can be: the manifests fit Kubernetes' schemas, the compose file names what exists, and both
 * speak to src/config.ts and to the image by names that these know. No image is run here.
 */
import { execFile } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type Document, parse, parseAllDocuments } from 'yaml';
import { readConfig } from '../../src/config';
import { type Manifest, misfits } from './schemas';

const root = join(__dirname, '..', '..');
const text = (path: string): string => readFileSync(join(root, path), 'utf8');
const manifestsIn = (path: string): Manifest[] =>
  parseAllDocuments(text(path)).map((document: Document) => {
    expect(document.errors).toEqual([]);
    return document.toJS();
  });

const FOLDER = 'deploy/kubernetes';
const FILES = readdirSync(join(root, FOLDER)).map((name) => join(FOLDER, name));
const MANIFESTS = FILES.flatMap(manifestsIn);
const COMPOSE = parse(text('eventstore/compose.yaml'), { merge: true });

const of = (kind: string): Manifest[] => MANIFESTS.filter((one) => one.kind === kind);
const named = (kind: string, name: string): Manifest =>
  MANIFESTS.find((one) => one.kind === kind && one.metadata.name === name) ?? fail(`there is no ${kind} ${name}`);
const fail = (why: string): never => {
  throw new Error(why);
};
/** Whether a selector picks the pods of a Deployment. */
const picks = (selector: Record<string, string>, deployment: Manifest): boolean =>
  Object.entries(selector).every(([name, value]) => deployment.spec.template.metadata.labels[name] === value);

/** A tag that names one version to the patch, or a digest. */
const PINNED = /(:v?\d+\.\d+\.\d+[\w.-]*|@sha256:[0-9a-f]{64})$/;

describe('the manifests for Kubernetes', () => {
  test('are of these kinds', () => {
    expect(MANIFESTS.map(({ kind, metadata }) => `${kind} ${metadata.name}`).sort()).toEqual([
      'Deployment kith-api',
      'Deployment kith-projector',
      'Namespace kith',
      'NetworkPolicy kith-api',
      'NetworkPolicy kith-default',
      'PodDisruptionBudget kith-api',
      'PodDisruptionBudget kith-projector',
      'Secret kith',
      'Service kith-api',
    ]);
  });

  test('fit the schemas, and have no field that the schemas do not know', () => {
    expect(misfits(MANIFESTS)).toEqual([]);
  });

  test('a misspelt field, a missing one and one of another type are misfits', () => {
    const probe = { httpGet: { path: '/', port: 1 } };
    const spec = (container: object, more: object = { selector: {} }) => ({
      apiVersion: 'apps/v1',
      kind: 'Deployment',
      metadata: { name: 'a' },
      spec: { ...more, template: { spec: { containers: [{ name: 'a', ...container }] } } },
    });
    expect(misfits([spec({ readinessProbe: probe })])).toEqual([]);
    expect(misfits([spec({ readynessProbe: probe })])).toEqual([expect.stringContaining('readynessProbe')]);
    expect(misfits([spec({}, {})])).toContainEqual(expect.stringContaining('selector'));
    expect(misfits([spec({}, { selector: {}, replicas: 'two' })])).toContainEqual(expect.stringContaining('replicas'));
    expect(misfits([{ apiVersion: 'apps/v7', kind: 'Deployment', metadata: { name: 'a' } }])).toEqual([
      expect.stringContaining('apps/v7'),
    ]);
  });

  test('stand in the namespace of Kith', () => {
    const elsewhere = MANIFESTS.filter(({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'kith');
    expect(elsewhere).toEqual([]);
  });

  test.each(['api', 'projector'])('the %s runs twice, and is asked whether it lives and is ready', (role) => {
    const { replicas, template } = named('Deployment', `kith-${role}`).spec;
    const [container] = template.spec.containers;
    expect(replicas).toBe(2);
    expect(container.readinessProbe.httpGet).toEqual({ path: '/health/ready', port: 'http' });
    expect(container.livenessProbe.httpGet).toEqual({ path: '/health/live', port: 'http' });
    expect(container.env).toContainEqual({ name: 'KITH_ROLE', value: role });
    expect(container.env).toContainEqual({ name: 'KITH_PORT', value: String(container.ports[0].containerPort) });
    expect(container.resources).toMatchObject({ requests: { cpu: expect.anything(), memory: expect.anything() } });
    // 10 s for requests under way, after those in which new ones still arrive.
    const { seconds } = container.lifecycle.preStop.sleep;
    expect(template.spec.terminationGracePeriodSeconds).toBeGreaterThanOrEqual(15 + seconds);
  });

  test.each(['api', 'projector'])('the %s may do nothing that it need not', (role) => {
    const { spec } = named('Deployment', `kith-${role}`).spec.template;
    expect(spec).toMatchObject({
      automountServiceAccountToken: false,
      securityContext: { runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } },
    });
    for (const container of [...spec.initContainers, ...spec.containers])
      expect(container.securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
  });

  test.each(['api', 'projector'])('no variable of Kubernetes takes the place of a setting of the %s', (role) => {
    // A service named kith-… is announced as KITH_…_SERVICE_HOST, which src/config.ts refuses as misspelt.
    expect(named('Deployment', `kith-${role}`).spec.template.spec.enableServiceLinks).toBe(false);
  });

  test.each(['api', 'projector'])('what the %s mounts and reads from the secret is there', (role) => {
    const { spec } = named('Deployment', `kith-${role}`).spec.template;
    const { stringData, data } = named('Secret', 'kith');
    const entries = Object.keys({ ...stringData, ...data });
    const containers = [...spec.initContainers, ...spec.containers];
    const mounted = containers.flatMap(({ volumeMounts }) => volumeMounts.map((one: Manifest) => one.name));
    expect(new Set(mounted)).toEqual(new Set(spec.volumes.map((one: Manifest) => one.name)));
    const read = spec.containers[0].env.flatMap((one: Manifest) => one.valueFrom?.secretKeyRef ?? []);
    const files = spec.volumes
      .flatMap((one: Manifest) => one.projected?.sources ?? [])
      .map((one: Manifest) => one.secret);
    for (const { name } of [...read, ...files]) expect(name).toBe('kith');
    for (const { key } of [...read, ...files.flatMap((one: Manifest) => one.items)]) expect(entries).toContain(key);
    expect(read.map((one: Manifest) => one.key)).toEqual(['log', 'views']);
  });

  test.each(['api', 'projector'])('the settings of the %s are what src/config.ts reads', (role) => {
    const { stringData } = named('Secret', 'kith');
    const { env } = named('Deployment', `kith-${role}`).spec.template.spec.containers[0];
    const set = env.map(({ name, value, valueFrom }: Manifest) => [
      name,
      value ?? stringData[valueFrom.secretKeyRef.key],
    ]);
    expect(readConfig(Object.fromEntries(set))).toMatchObject({
      role,
      log: stringData.log,
      views: stringData.views,
      keys: '/keys/keys.db',
      host: '0.0.0.0',
      port: 8008,
    });
  });

  test('a budget, a service and a policy pick pods that there are', () => {
    const [api, projector] = ['kith-api', 'kith-projector'].map((name) => named('Deployment', name));
    for (const deployment of [api, projector]) {
      const budgets = of('PodDisruptionBudget').filter(({ spec }) => picks(spec.selector.matchLabels, deployment));
      expect(budgets.map(({ spec }) => spec.maxUnavailable)).toEqual([1]);
      expect(picks(deployment?.spec.selector.matchLabels, deployment)).toBe(true);
    }
    const { selector, ports } = named('Service', 'kith-api').spec;
    expect([picks(selector, api), picks(selector, projector)]).toEqual([true, false]);
    expect(ports).toEqual([{ name: 'http', port: 80, targetPort: 'http' }]);
    const { podSelector } = named('NetworkPolicy', 'kith-api').spec;
    expect([picks(podSelector.matchLabels, api), picks(podSelector.matchLabels, projector)]).toEqual([true, false]);
    expect(named('NetworkPolicy', 'kith-default').spec).toMatchObject({
      podSelector: {},
      policyTypes: ['Ingress', 'Egress'],
    });
  });

  test('the template of the secret is not among the files that `kubectl apply -f` takes, and holds none', () => {
    const applied = FILES.filter((name) => /\.(yaml|yml|json)$/.test(name));
    expect(applied.flatMap(manifestsIn).map(({ kind }) => kind)).not.toContain('Secret');
    const { stringData, data } = named('Secret', 'kith');
    expect(Buffer.from(data['keys.db'], 'base64').toString()).toBe('REPLACE');
    for (const url of [stringData.log, stringData.views]) expect(url).toMatch(/:\/\/kith:PASSWORD@.*[?&]tls=true/);
  });
});

describe('the compose file', () => {
  const services: Record<string, Manifest> = COMPOSE.services;
  const like = (prefix: string) => Object.keys(services).filter((name) => name.startsWith(prefix));
  const kith = Object.entries(services).filter(([, { image }]) => image.startsWith('kith:'));

  test('runs three members of each server, and two nodes of each role', () => {
    expect(like('kurrentdb-')).toEqual(['kurrentdb-1', 'kurrentdb-2', 'kurrentdb-3']);
    expect(like('mongodb-').sort()).toEqual(['mongodb-1', 'mongodb-2', 'mongodb-3', 'mongodb-init']);
    expect(kith.map(([name]) => name).sort()).toEqual(['api', 'keys', 'projector']);
    for (const role of ['api', 'projector'])
      expect(services[role]).toMatchObject({ environment: { KITH_ROLE: role }, deploy: { replicas: 2 } });
  });

  test('every image is pinned, and every service that stays has a health check', () => {
    expect(Object.entries(services).filter(([, { image }]) => !PINNED.test(image))).toEqual([]);
    const checked = Object.keys(services).filter((name) => services[name]?.healthcheck?.test?.length > 1);
    expect(Object.keys(services).filter((name) => !checked.includes(name))).toEqual(['mongodb-init', 'keys']);
  });

  test('what is waited for, mounted and joined exists', () => {
    for (const service of Object.values(services)) {
      for (const [name, { condition }] of Object.entries<Manifest>(service.depends_on ?? {}))
        expect({ name, condition }).toEqual({
          name: expect.stringMatching(Object.keys(services).join('|')),
          condition: services[name]?.healthcheck ? 'service_healthy' : 'service_completed_successfully',
        });
      for (const volume of service.volumes ?? []) expect(Object.keys(COMPOSE.volumes)).toContain(volume.split(':')[0]);
      for (const network of service.networks) expect(Object.keys(COMPOSE.networks)).toContain(network);
    }
    expect(existsSync(join(root, 'eventstore', services.api?.build.context, services.api?.build.dockerfile))).toBe(
      true,
    );
  });

  test('each member of the log knows the two others by the names that they give themselves', () => {
    for (const name of like('kurrentdb-')) {
      const { environment } = services[name] ?? fail(name);
      expect(environment).toMatchObject({
        KURRENTDB_CLUSTER_SIZE: '3',
        KURRENTDB_NODE_HOST_ADVERTISE_AS: name,
        KURRENTDB_REPLICATION_HOST_ADVERTISE_AS: name,
      });
      const others = like('kurrentdb-').filter((other) => other !== name);
      expect(environment.KURRENTDB_GOSSIP_SEED.split(',')).toEqual(others.map((other) => `${other}:2113`));
    }
  });

  test('the connection strings name every member, and the replica set by its name', () => {
    const { KITH_LOG, KITH_VIEWS } = services.api?.environment ?? {};
    expect(KITH_LOG).toBe(
      `kurrentdb://${like('kurrentdb-')
        .map((name) => `${name}:2113`)
        .join()}?tls=false`,
    );
    const members = like('mongodb-').filter((name) => name !== 'mongodb-init');
    expect(KITH_VIEWS).toBe(`mongodb://${members.map((name) => `${name}:27017`).join()}/?replicaSet=kith`);
    for (const name of members) {
      expect(services[name]?.command).toEqual(['mongod', '--replSet', 'kith', '--bind_ip_all']);
      expect(services['mongodb-init']?.command.at(-1)).toContain(`'${name}:27017'`);
    }
  });

  test.each(['api', 'projector'])('the settings of the %s are what src/config.ts reads', (role) => {
    const environment = services[role]?.environment;
    expect(readConfig({ ...environment, KITH_TENANT: 'default' })).toMatchObject({
      role,
      log: environment.KITH_LOG,
      views: environment.KITH_VIEWS,
      keys: services.keys?.environment.KITH_KEYS,
    });
  });

  test('servers without passwords cannot be reached from outside, and Kith only from this machine', () => {
    expect(COMPOSE.networks.servers).toEqual({ internal: true });
    const open = Object.keys(services).filter(
      (name) => services[name]?.ports || services[name]?.networks.includes('front'),
    );
    expect(open).toEqual(['api']);
    expect(services.api?.ports).toEqual(['127.0.0.1:8008-8009:8008']);
  });
});

describe('the image', () => {
  const dockerfile = text('deploy/Dockerfile');

  test('copies what there is, and what its ignore file lets through', () => {
    const sources = [...dockerfile.matchAll(/^COPY (?!--from)(.+) \S+$/gm)].flatMap(([, names = '']) =>
      names.split(' '),
    );
    expect(sources).toContain('package.json');
    const allowed = text('deploy/Dockerfile.dockerignore')
      .split('\n')
      .filter((line) => line.startsWith('!'));
    expect(sources.map((name) => `!${name}`).sort()).toEqual(allowed.sort());
    expect(sources.filter((name) => !existsSync(join(root, name)))).toEqual([]);
  });

  test('is not run as root, and listens where the manifests say', () => {
    expect(dockerfile).toMatch(/^USER 1000:1000$/m);
    const set = [...dockerfile.matchAll(/\b(KITH_\w+)=(\S+)/g)].map(([, name, value]) => [name, value]);
    expect(readConfig(Object.fromEntries(set))).toMatchObject({ host: '0.0.0.0', port: 8008, data: '/data' });
  });

  test.each([
    [200, 0],
    [503, 1],
  ])('its health check turns an answer of %d into exit code %d', async (status, code) => {
    const asked: unknown[] = [];
    const server = createServer(({ url }, answer) => {
      asked.push(url);
      answer.writeHead(status).end('{}');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = Object(server.address());
    const env = { ...process.env, KITH_PORT: String(port) };
    const ended = promisify(execFile)(process.execPath, [join(root, 'deploy/healthcheck.mjs')], { env });
    expect(
      await ended.then(
        () => 0,
        (problem: unknown) => Object(problem).code,
      ),
    ).toBe(code);
    expect(asked).toEqual(['/health/ready']);
    await new Promise((resolve) => server.close(resolve));
  });

  test('its health check fails where nobody listens', async () => {
    const env = { ...process.env, KITH_PORT: '1' };
    const ended = promisify(execFile)(process.execPath, [join(root, 'deploy/healthcheck.mjs')], { env });
    await expect(ended).rejects.toMatchObject({ code: 1 });
  });
});
