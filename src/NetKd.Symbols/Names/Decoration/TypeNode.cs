namespace NetKd.Symbols.Names.Decoration;

/// <summary>const, volatile and what else stands beside a type.</summary>
[Flags]
internal enum Qualifiers
{
    None = 0,
    Const = 1,
    Volatile = 2,
    Unaligned = 4,
    Restrict = 8,
}

/// <summary>A type of a decorated name. C writes a part of it before the name that it is the type of, and a part after.</summary>
internal abstract class TypeNode
{
    public Qualifiers Qualifiers { get; set; }

    public abstract void WriteBefore(NodeWriter writer);

    public virtual void WriteAfter(NodeWriter writer)
    {
    }
}

/// <summary>A basic type, a structure, an enumeration: anything with a name.</summary>
internal sealed class NamedNode(string name) : TypeNode
{
    public override void WriteBefore(NodeWriter writer)
    {
        writer.Add(name);
        writer.AddQualifiers(Qualifiers);
    }
}

/// <summary>A pointer, a reference, or a pointer to a member.</summary>
internal sealed class PointerNode(TypeNode target, string mark, string? owner) : TypeNode
{
    public TypeNode Target { get; } = target;

    public bool IsMemberPointer => owner is not null;

    public override void WriteBefore(NodeWriter writer)
    {
        if (!writer.Enter()) return;
        Target.WriteBefore(writer);
        writer.AddSpaceAfterWord();
        if ((Qualifiers & Qualifiers.Unaligned) != 0) writer.Add("__unaligned ");
        if (Target is ArrayNode) writer.Add("(");
        if (Target is FunctionNode function) writer.Add($"({function.Convention} ");
        if (owner is not null) writer.Add(owner + "::");
        writer.Add(mark);
        writer.AddQualifiers(Qualifiers, isSpaced: false);
        writer.Leave();
    }

    public override void WriteAfter(NodeWriter writer)
    {
        if (!writer.Enter()) return;
        if (Target is ArrayNode or FunctionNode) writer.Add(")");
        Target.WriteAfter(writer);
        writer.Leave();
    }
}

/// <summary>An array of one or more dimensions.</summary>
internal sealed class ArrayNode(TypeNode element, IReadOnlyList<long> dimensions) : TypeNode
{
    public override void WriteBefore(NodeWriter writer)
    {
        if (!writer.Enter()) return;
        element.WriteBefore(writer);
        writer.AddQualifiers(Qualifiers);
        writer.Leave();
    }

    public override void WriteAfter(NodeWriter writer)
    {
        if (!writer.Enter()) return;
        foreach (long dimension in dimensions) writer.Add(dimension == 0 ? "[]" : $"[{dimension}]");
        element.WriteAfter(writer);
        writer.Leave();
    }
}

/// <summary>A function's type.</summary>
internal sealed class FunctionNode : TypeNode
{
    public string Convention { get; set; } = "";

    /// <summary>What it returns; null for constructors and destructors.</summary>
    public TypeNode? Result { get; set; }

    public List<TypeNode> Parameters { get; } = [];

    public bool IsVariadic { get; set; }

    public bool IsNoexcept { get; set; }

    /// <summary>&amp; or &amp;&amp; after the parameters of a member function.</summary>
    public string ReferenceMark { get; set; } = "";

    public override void WriteBefore(NodeWriter writer)
    {
        if (Result is null || !writer.Enter()) return;
        Result.WriteBefore(writer);
        writer.Add(" ");
        writer.Leave();
    }

    public override void WriteAfter(NodeWriter writer)
    {
        if (!writer.Enter()) return;
        writer.Add("(");
        for (int i = 0; i < Parameters.Count; i++)
        {
            if (i > 0) writer.Add(",");
            writer.AddType(Parameters[i]);
        }

        if (IsVariadic) writer.Add(Parameters.Count > 0 ? ",..." : "...");
        else if (Parameters.Count == 0) writer.Add("void");
        writer.Add(")");
        writer.AddQualifiers(Qualifiers);
        if (ReferenceMark.Length > 0) writer.Add(" " + ReferenceMark);
        if (IsNoexcept) writer.Add(" noexcept");
        Result?.WriteAfter(writer);
        writer.Leave();
    }
}
