// A file on its way to the server. By XMLHttpRequest: fetch does not say how much of a body is sent.
import { ApiError, detailOf, isProblem } from "./problem";
import type { components } from "./schema";
import { accessToken } from "./session.svelte";

export type Uploaded = components["schemas"]["File"];

/** `told`: which part of it is sent, from 0 to 1. */
export async function upload(file: File, told: (sent: number) => void, signal: AbortSignal): Promise<Uploaded> {
  const token = await accessToken();
  const answer = await sent(file, token, told, signal);
  const next = answer.status === 401 && token ? await accessToken(token) : null;
  return taken(next ? await sent(file, next, told, signal) : answer);
}

function sent(file: File, token: string | null, told: (sent: number) => void, signal: AbortSignal): Promise<XMLHttpRequest> {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    request.open("POST", `/api/files?name=${encodeURIComponent(file.name)}`);
    request.setRequestHeader("Content-Type", file.type || "application/octet-stream");
    if (token) request.setRequestHeader("Authorization", `Bearer ${token}`);
    request.responseType = "json";
    request.upload.onprogress = ({ loaded, total }) => told(total ? loaded / total : 1);
    request.onload = () => resolve(request);
    request.onerror = request.onabort = () => reject(new ApiError(0, null, "no answer"));
    signal.addEventListener("abort", () => request.abort());
    request.send(file);
  });
}

function taken({ status, statusText, response }: XMLHttpRequest): Uploaded {
  if (status === 201) return response as Uploaded;
  const problem = isProblem(response) ? response : null;
  throw new ApiError(status, problem, problem ? detailOf(problem) : `${status} ${statusText}`);
}
