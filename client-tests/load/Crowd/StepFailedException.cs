namespace Matchmaker.Load.Crowd;

/// <summary>A step failed that everything after it needs: the run ends here, with what was measured so far.</summary>
internal sealed class StepFailedException(string message) : Exception(message);
