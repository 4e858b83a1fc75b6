// Sensitive acts ask whoever is logged in to prove again who they are. Whatever was refused for want of it waits for the
// proof, and is done then.
export const proving: { answer: ((proven: boolean) => void) | null } = $state({ answer: null });

let asked: Promise<boolean> | null = null;

/** Whether they proved it. Many who ask at once are answered by one proof. */
export function proveAgain(): Promise<boolean> {
  asked ??= new Promise<boolean>((resolve) => (proving.answer = resolve)).finally(() => {
    asked = null;
    proving.answer = null;
  });
  return asked;
}

export async function refusedUnproven(answer: Response): Promise<boolean> {
  if (answer.status !== 403) return false;
  const problem: unknown = await answer.clone().json().catch(() => null);
  return typeof problem === "object" && problem !== null && "code" in problem && problem.code === "reauthentication_required";
}
