// What went wrong, in one shape: a refusal of the server (RFC 9457), or no answer at all.
import type { components } from "./schema";

export type Problem = components["schemas"]["Problem"];
export type FieldProblem = components["schemas"]["FieldProblem"];

export class ApiError extends Error {
  /** 0 when there was no answer. */
  readonly status: number;
  readonly problem: Problem | null;

  constructor(status: number, problem: Problem | null, detail: string) {
    super(detail);
    this.name = "ApiError";
    this.status = status;
    this.problem = problem;
  }

  get code(): string {
    return this.problem?.code ?? (this.status === 0 ? "offline" : "unknown");
  }

  get offline(): boolean {
    return this.status === 0;
  }

  get fields(): FieldProblem[] {
    return this.problem?.errors ?? [];
  }

  /** Whether the server has no such thing: also an operation that an older server does not know. */
  get absent(): boolean {
    return this.status === 404 || this.status === 405;
  }
}

export function isProblem(value: unknown): value is Problem {
  return typeof value === "object" && value !== null && "code" in value && "detail" in value;
}

/** What a refusal says, for people. */
export function detailOf(problem: Problem): string {
  const fields = (problem.errors ?? []).map((field) => field.detail).filter(Boolean);
  return fields.length ? fields.join("; ") : problem.detail;
}

export function asApiError(error: unknown): ApiError {
  if (error instanceof ApiError) return error;
  return new ApiError(0, null, error instanceof Error ? error.message : String(error));
}
