using System.Text;
using NetKd.Commands.Expressions;
using NetKd.Commands.Types;

namespace NetKd.Commands.Tests.Types;

/// <summary>What <c>??</c> prints.</summary>
internal static class TypedText
{
    public static string Of(TypedValue value, IExpressionScope scope)
    {
        StringBuilder text = new();
        new TypedOutput(scope).Write(value, piece => text.Append(piece), TestContext.Current.CancellationToken);
        return text.ToString();
    }
}
