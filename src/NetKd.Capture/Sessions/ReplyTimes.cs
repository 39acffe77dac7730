namespace NetKd.Capture.Sessions;

/// <summary>How long the replies to a call took.</summary>
/// <param name="Name">The call.</param>
/// <param name="Count">Replies.</param>
/// <param name="Median">Nanoseconds from request to reply, median.</param>
/// <param name="Percentile90">The time that nine of ten replies did not exceed.</param>
public readonly record struct ReplyTimes(string Name, long Count, long Median, long Percentile90);
