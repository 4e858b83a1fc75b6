// Many wishes of the same, done once: after a pause, and never twice at a time.
export function soon(act: () => Promise<void> | void, wait: number): () => void {
  let timer: ReturnType<typeof setTimeout> | undefined;
  let running = false;
  let again = false;
  const run = async () => {
    timer = undefined;
    running = true;
    // Whoever acts shows what went wrong; the next wish tries again.
    await Promise.resolve()
      .then(act)
      .catch(() => {});
    running = false;
    if (again) wish();
  };
  const wish = () => {
    again = running;
    if (!running) timer ??= setTimeout(() => void run(), wait);
  };
  return wish;
}
