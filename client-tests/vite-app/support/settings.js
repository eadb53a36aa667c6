export function required(name) {
  const value = process.env[name];
  if (!value) {
    throw new Error(`${name} is not set: see README.md in this folder.`);
  }
  return value;
}
