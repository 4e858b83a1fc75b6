// Passkeys, as far as this browser has them.
import { ApiError } from "$lib/api/problem";
import { t } from "$lib/i18n";

export const passkeysWork = "PublicKeyCredential" in globalThis && "parseRequestOptionsFromJSON" in PublicKeyCredential;

/** What the browser signed for what the server asked. */
export async function readPasskey(options: { publicKey: unknown }): Promise<unknown> {
  const publicKey = PublicKeyCredential.parseRequestOptionsFromJSON(options.publicKey as PublicKeyCredentialRequestOptionsJSON);
  const credential = await navigator.credentials.get({ publicKey }).catch(() => null);
  if (!(credential instanceof PublicKeyCredential)) throw new ApiError(400, null, t("login.passkey_unused"));
  return credential.toJSON();
}
