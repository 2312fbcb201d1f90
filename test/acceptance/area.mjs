// One area of the acceptance in a process of its own: sends its rows to whoever forked it as they come.
const [area] = process.argv.slice(2);
const report = (row) => process.send({ row });
report.skip = (_, why) => process.send({ skipped: { area, why } });

const { run } = await import(`./${area}.mjs`);
await run(report);
process.disconnect();
