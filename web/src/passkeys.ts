/** Lets the browser make or use a passkey (WebAuthn) when a form is sent, and sends its answer in the form.
 *
 * <form data-passkey="create" data-options="ID of a JSON block">… <input type="hidden" name="answer"> …</form>
 *
 * `create` makes one, `get` signs with one. The options are those of WebAuthn with bytes in base64url, as the answer is. What the
 * browser does not know, or the person broke off, is told in words and nothing is sent.
 */
import { announce } from "./forms";
import { text } from "./texts";

type Json = Record<string, unknown>;

export function usePasskeys(): void {
  for (const form of document.querySelectorAll<HTMLFormElement>("form[data-passkey]"))
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      void answer(form).then(
        (found) => {
          form.querySelector<HTMLInputElement>("[name=answer]")!.value = JSON.stringify(found);
          form.submit();
        },
        () => announce(text("passkey_refused"), "error"),
      );
    });
}

async function answer(form: HTMLFormElement): Promise<Json> {
  const block = document.getElementById(form.dataset.options!);
  const options = (JSON.parse(block?.textContent ?? "{}") as { publicKey: Json }).publicKey;
  const publicKey = readOptions(options) as unknown;
  const credential =
    form.dataset.passkey === "create"
      ? await navigator.credentials.create({ publicKey: publicKey as PublicKeyCredentialCreationOptions })
      : await navigator.credentials.get({ publicKey: publicKey as PublicKeyCredentialRequestOptions });
  if (!(credential instanceof PublicKeyCredential)) throw new Error("no passkey");
  return writeCredential(credential);
}

/** The options with their bytes as bytes: challenge, the person's handle, known credentials. */
export function readOptions(options: Json): Json {
  const read: Json = { ...options, challenge: bytesOf(options.challenge) };
  const user = options.user as Json | undefined;
  if (user) read.user = { ...user, id: bytesOf(user.id) };
  for (const list of ["excludeCredentials", "allowCredentials"])
    if (Array.isArray(options[list])) read[list] = (options[list] as Json[]).map((one) => ({ ...one, id: bytesOf(one.id) }));
  return read;
}

/** `PublicKeyCredential.toJSON`, which browsers have only since 2024. */
function writeCredential(credential: PublicKeyCredential): Json {
  const response = credential.response;
  const written: Json = { clientDataJSON: textOf(response.clientDataJSON) };
  if (response instanceof AuthenticatorAttestationResponse) {
    written.attestationObject = textOf(response.attestationObject);
    written.transports = response.getTransports();
  } else if (response instanceof AuthenticatorAssertionResponse) {
    written.authenticatorData = textOf(response.authenticatorData);
    written.signature = textOf(response.signature);
    written.userHandle = response.userHandle ? textOf(response.userHandle) : null;
  }
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: credential.type,
    authenticatorAttachment: credential.authenticatorAttachment,
    clientExtensionResults: credential.getClientExtensionResults(),
    response: written,
  };
}

function bytesOf(value: unknown): Uint8Array<ArrayBuffer> {
  const plain = atob(String(value).replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (sign) => sign.charCodeAt(0));
}

function textOf(bytes: ArrayBuffer): string {
  const plain = btoa(String.fromCharCode(...new Uint8Array(bytes)));
  return plain.replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}
