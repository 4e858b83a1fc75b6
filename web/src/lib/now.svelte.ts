// The time, as far as it is shown: it moves once a minute, for everything on the page at once.
export const now: { value: Date } = $state({ value: new Date() });

export function keepTime(): () => void {
  const timer = setInterval(() => (now.value = new Date()), 30_000);
  return () => clearInterval(timer);
}
