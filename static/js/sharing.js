// The phone's own way to pass a photo on: the file itself where that is possible, else its address.
import { toast } from "./toasts.js";
import { gettext } from "./words.js";

const LARGEST_BYTES = 30_000_000;

async function fileOf({ shareFile, shareName }) {
  const response = await fetch(shareFile);
  if (!response.ok || Number(response.headers.get("Content-Length")) > LARGEST_BYTES) return null;
  const blob = await response.blob();
  const name = blob.type === "image/jpeg" ? shareName.replace(/\.[^.]*$/, ".jpg") : shareName;
  return new File([blob], name, { type: blob.type });
}

export const canShare = () => Boolean(navigator.share);

export async function shareNatively(button) {
  const { dataset } = button;
  const link = { url: dataset.shareUrl };
  button.ariaBusy = "true";
  try {
    const file = await fileOf(dataset).catch(() => null);
    const withFile = file && { files: [file] };
    await navigator.share(withFile && navigator.canShare?.(withFile) ? withFile : link);
  } catch (error) {
    if (error.name === "NotAllowedError") await navigator.share(link).catch(() => toast(gettext("Tap once more: the photo is here now.")));
    else if (error.name !== "AbortError") toast(gettext("That could not be shared from here. Copy the link instead."));
  } finally {
    button.ariaBusy = null;
  }
}
