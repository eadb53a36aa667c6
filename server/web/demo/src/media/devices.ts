/** Why there is no camera or no microphone. */
export type MediaTrouble = 'denied' | 'missing' | 'in_use' | 'unsupported';

export const kinds = ['video', 'audio'] as const;
export type Kind = (typeof kinds)[number];

const stored = 'matchmaker.devices';

/** Asks for one kind, from the device that was chosen if it is still there. */
export function constraintsOf(kind: Kind): MediaTrackConstraints {
  const deviceId = chosenDevice(kind);
  const device = deviceId === undefined ? {} : { deviceId: { ideal: deviceId } };
  return kind === 'video'
    ? { ...device, width: { ideal: 1280 }, height: { ideal: 720 }, frameRate: { max: 30 } }
    : { ...device, echoCancellation: true, noiseSuppression: true, autoGainControl: true };
}

export function troubleOf(error: unknown): MediaTrouble {
  const name = error instanceof DOMException ? error.name : '';
  return name === 'NotAllowedError' ? 'denied' : name === 'NotFoundError' || name === 'OverconstrainedError' ? 'missing' : 'in_use';
}

/** The devices of a kind; browsers name them only after they were allowed. */
export async function listDevices(kind: Kind): Promise<MediaDeviceInfo[]> {
  const devices = navigator.mediaDevices as MediaDevices | undefined;
  const all = await devices?.enumerateDevices() ?? [];
  return all.filter(device => device.kind === `${kind}input` && device.deviceId !== '');
}

export function chosenDevice(kind: Kind): string | undefined {
  try {
    return (JSON.parse(localStorage.getItem(stored) ?? '{}') as Partial<Record<Kind, string>>)[kind];
  } catch {
    return undefined;
  }
}

export function rememberDevice(kind: Kind, deviceId: string): void {
  try {
    const other = kind === 'video' ? 'audio' : 'video';
    localStorage.setItem(stored, JSON.stringify({ [kind]: deviceId, [other]: chosenDevice(other) }));
  } catch {
    // Storage is forbidden by the browser's settings: the choice lasts as long as the page.
  }
}

/** Whether they were allowed before, so that opening them asks nothing. Unknown counts as no. */
export async function isAllowed(...which: readonly Kind[]): Promise<boolean> {
  try {
    const names = which.map(kind => (kind === 'video' ? 'camera' : 'microphone') as PermissionName);
    const answers = await Promise.all(names.map(name => navigator.permissions.query({ name })));
    return answers.every(answer => answer.state === 'granted');
  } catch {
    return false;
  }
}
