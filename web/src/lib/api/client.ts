// The API's client: every operation of the OpenAPI document, typed. The console has no other way to the server.
//
//     const ticket = await ask(api.GET("/api/tickets/{id}", { params: { path: { id } } }));
import createClient from "openapi-fetch";
import type { paths } from "./schema";
import { ApiError, asApiError, detailOf, isProblem } from "./problem";
import { proveAgain, refusedUnproven } from "./prove.svelte";
import { accessToken } from "./session.svelte";

/** `fetch` as whoever is logged in. What was refused for want of a proof of who they are is asked once more after it. */
export async function authorised(request: Request): Promise<Response> {
  const again = request.clone();
  const answer = await withFreshToken(request);
  return (await refusedUnproven(answer)) && (await proveAgain()) ? withFreshToken(again) : answer;
}

/** A token that is refused is made anew, once. */
async function withFreshToken(request: Request): Promise<Response> {
  const again = request.clone();
  const token = await accessToken();
  const answer = await fetch(withToken(request, token));
  if (answer.status !== 401 || !token) return answer;
  const next = await accessToken(token);
  return next ? fetch(withToken(again, next)) : answer;
}

function withToken(request: Request, token: string | null): Request {
  if (token) request.headers.set("Authorization", `Bearer ${token}`);
  return request;
}

export const api = createClient<paths>({
  baseUrl: location.origin,
  fetch: authorised,
  querySerializer: { array: { style: "form", explode: false } },
});

interface Answer<T> {
  data?: T;
  error?: unknown;
  response: Response;
}

/** What was answered, or an ApiError. */
export async function ask<T>(call: Promise<Answer<T>>): Promise<T> {
  return (await askWhole(call)).data;
}

/** The same, with the headers. */
export async function askWhole<T>(call: Promise<Answer<T>>): Promise<{ data: T; response: Response }> {
  const { data, error, response } = await call.catch((reason: unknown) => {
    throw asApiError(reason);
  });
  if (response.ok) return { data: data as T, response };
  const problem = isProblem(error) ? error : null;
  throw new ApiError(response.status, problem, problem ? detailOf(problem) : `${response.status} ${response.statusText}`);
}

/** A key that makes a write harmless to repeat. */
export const idempotencyKey = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(16)), (byte) => byte.toString(16).padStart(2, "0")).join("");
