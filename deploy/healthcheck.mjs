/** Whether the Kith of this container may be asked: exit code 0, or 1 with the reason. The images carry no curl. */
const { KITH_PORT = '8008' } = process.env;

try {
  const answer = await fetch(`http://127.0.0.1:${KITH_PORT}/health/ready`, { signal: AbortSignal.timeout(4_000) });
  if (!answer.ok) throw new Error(`/health/ready answers ${answer.status}: ${await answer.text()}`);
} catch (problem) {
  console.error(problem.message);
  process.exitCode = 1;
}
