const kinds = ['audio', 'video'] as const;

/** At most one track of each kind is sent. */
export function addTracks(pc: RTCPeerConnection, stream: MediaStream | undefined): void {
  for (const kind of kinds) {
    const track = trackOf(stream, kind);
    if (track && stream) {
      pc.addTrack(track, stream);
    }
  }
}

/** Sends these from now on; what is missing is no longer sent. */
export async function replaceTracks(pc: RTCPeerConnection, stream: MediaStream | undefined): Promise<void> {
  for (const kind of kinds) {
    const track = trackOf(stream, kind);
    const line = lineOf(pc, kind);
    if (line) {
      await line.sender.replaceTrack(track ?? null);
      line.direction = track ? 'sendrecv' : 'recvonly';
    } else if (track && stream) {
      pc.addTrack(track, stream);
    }
  }
}

/** Receives each kind, whether or not it is sent. */
export function receiveAll(pc: RTCPeerConnection): void {
  for (const kind of kinds) {
    if (!lineOf(pc, kind)) {
      pc.addTransceiver(kind, { direction: 'recvonly' });
    }
  }
}

function trackOf(stream: MediaStream | undefined, kind: string): MediaStreamTrack | undefined {
  return stream?.getTracks().find(track => track.kind === kind);
}

function lineOf(pc: RTCPeerConnection, kind: string): RTCRtpTransceiver | undefined {
  return pc.getTransceivers().find(line => line.receiver.track.kind === kind);
}
