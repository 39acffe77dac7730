using System.Globalization;
using System.Text;

namespace NetKd.SymbolPeers.Comparing;

/// <summary>Compares our answers to a question with another program's, over all subjects, and tells what was compared.</summary>
/// <param name="question">Name of the comparison, by which accepted disagreements are found.</param>
internal sealed class Comparison(string question)
{
    private const int ShownAtMost = 40;

    private readonly Dictionary<AcceptedDisagreement, List<Disagreement>> _accepted =
        AcceptedDisagreements.All.Where(a => a.Question == question).ToDictionary(a => a, _ => new List<Disagreement>());
    private readonly List<Disagreement> _open = [];

    /// <summary>How many answers were compared.</summary>
    public int Count { get; private set; }

    /// <summary>Compares one answer.</summary>
    public void Check(Subject subject, string place, string ours, string theirs)
    {
        Count++;
        if (ours == theirs) return;
        Disagreement disagreement = new(subject.Name, place, ours, theirs);
        AcceptedDisagreement? accepted = _accepted.Keys.FirstOrDefault(a => a.Matches(disagreement));
        if (accepted is null) _open.Add(disagreement);
        else _accepted[accepted].Add(disagreement);
    }

    /// <summary>Compares two lists of which the order does not matter.</summary>
    public void CheckSets(Subject subject, string place, IEnumerable<string> ours, IEnumerable<string> theirs)
    {
        HashSet<string> remaining = [.. ours];
        foreach (string item in theirs.Distinct()) Check(subject, place, remaining.Remove(item) ? item : "", item);
        foreach (string item in remaining) Check(subject, place, item, "");
    }

    /// <summary>Compares an offset's answer.</summary>
    public void Check(Subject subject, uint offset, string ours, string theirs) => Check(subject, $"+{offset.ToString("x", CultureInfo.InvariantCulture)}", ours, theirs);

    /// <summary>
    /// Writes what was compared and what was accepted, and fails when there is a disagreement that is not accepted, when an accepted one
    /// no longer occurs, or when less was compared than the tests had before: comparing nothing is no agreement.
    /// </summary>
    public void Finish(int atLeast)
    {
        StringBuilder report = new();
        report.Append(CultureInfo.InvariantCulture, $"{question}: {Count} answers compared, {_accepted.Values.Sum(list => list.Count)} accepted disagreements, {_open.Count} others\n");
        foreach ((AcceptedDisagreement accepted, List<Disagreement> list) in _accepted)
        {
            report.Append(CultureInfo.InvariantCulture, $"  accepted {list.Count} times: {accepted.Reason}\n");
            if (list.Count > 0) report.Append(CultureInfo.InvariantCulture, $"    such as {list[0]}\n");
        }

        foreach (Disagreement disagreement in _open.Take(ShownAtMost)) report.Append(CultureInfo.InvariantCulture, $"  {disagreement}\n");
        if (_open.Count > ShownAtMost) report.Append(CultureInfo.InvariantCulture, $"  and {_open.Count - ShownAtMost} more\n");
        TestContext.Current.TestOutputHelper?.Write(report.ToString());
        Console.WriteLine(report.ToString().TrimEnd());
        Assert.True(_open.Count == 0, report.ToString());
        Assert.True(Count >= atLeast, $"{question}: only {Count} answers were compared, expected at least {atLeast}");
        Assert.True(_accepted.Values.All(list => list.Count > 0), $"An accepted disagreement no longer occurs; take it off the list.\n{report}");
    }
}
