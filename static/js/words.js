// The sentences that scripts show stand, translated, in the attributes of <template id="words">.
const words = document.getElementById("words").dataset;

export function say(name, values = {}) {
  return Object.entries(values).reduce((text, [key, value]) => text.replace(`{${key}}`, value), words[name]);
}

// Megabytes that one form may send.
export const mostMb = Number(words.mostMb);

export function clock(moment = new Date()) {
  return moment.toLocaleTimeString("en-GB", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Shanghai" });
}
