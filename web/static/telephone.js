// Telephone numbers.

/** Returns a telephone number in groups, as it is read aloud. */
export function telephone(url) {
  const digits = decodeURIComponent(url.replace(/^(tel|sms):/, "").split("?")[0]).replace(/^\+358/, "0");
  const landline = /^(0[35689]|02(?!9))([1-9]\d{2,3})(\d{3,4})$/;
  if (landline.test(digits)) return digits.replace(landline, "$1 $2 $3");
  return digits.replace(/^(\d{3})(\d{3})(\d*)$/, "$1 $2 $3").trim();
}
