// Sending a file to the kernel in parts: a few at a time, with progress, and to be stopped at any part.

const IN_FLIGHT = 4;
const HASHED_HERE = 256 << 20;

/** Send one file; resolves to its path at the kernel. `ask(act, args, buffers)` asks the screen, `told(sent)` is told
 *  how many bytes came, and `stopped()` whether a person has cancelled: the answer is then null. */
export async function sendFile(file, size, ask, told, stopped) {
  const answer = await asked(ask, "begin", { name: file.name, size: file.size });
  const { upload } = answer;
  const hash = sha256(file);
  const waiting = [];
  for (let at = 0; at < file.size && !stopped(); at += size) {
    const part = await file.slice(at, at + size).arrayBuffer();
    if (waiting.length >= IN_FLIGHT) await waiting.shift();
    const sent = asked(ask, "part", { upload, at }, [part]).then((one) => told(one.got));
    sent.catch(() => {});
    waiting.push(sent);
  }
  await Promise.all(waiting);
  if (stopped()) {
    await ask("drop", { upload });
    return null;
  }
  return (await asked(ask, "finish", { upload, sha256: await hash })).path;
}

async function asked(ask, act, args, buffers) {
  const answer = await ask(act, args, buffers);
  if (answer.error) throw answer.error;
  return answer.result;
}

/** Give a file's SHA-256 as the page sees it; empty where the page may not, or the file is too large to be held. */
async function sha256(file) {
  if (!globalThis.crypto?.subtle || file.size > HASHED_HERE) return "";
  const digest = await crypto.subtle.digest("SHA-256", await file.arrayBuffer());
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

export const megabytes = (bytes) => (bytes >= 1e6 ? `${(bytes / 1e6).toFixed(1)} MB` : `${Math.max(1, Math.round(bytes / 1e3))} kB`);
