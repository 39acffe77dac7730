namespace NetKd.Symbols.Scopes;

/// <summary>What a local variable is.</summary>
public enum LocalKind
{
    /// <summary>A parameter, <c>this</c> included.</summary>
    Parameter,
    /// <summary>A variable.</summary>
    Local,
    /// <summary>A static variable of a function.</summary>
    Static,
    /// <summary>A constant.</summary>
    Constant,
}

/// <summary>A variable of a function or block.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Kind">What it is.</param>
/// <param name="TypeIndex">Its type, 0 when unknown.</param>
/// <param name="Locations">Where it is, by code: the first range that holds the program counter. Nowhere means optimised away there.</param>
public sealed record LocalVariable(string Name, LocalKind Kind, uint TypeIndex, IReadOnlyList<LocationRange> Locations)
{
    /// <summary>Where it is while the program counter is at an offset from the image's base; null when it is not available there.</summary>
    public ValueLocation? LocationAt(uint offset)
    {
        List<LocationPiece> pieces = [];
        foreach (LocationRange range in Locations)
        {
            if (!range.Holds(offset)) continue;
            if (range.Location is not PieceLocation piece) return range.Location;
            pieces.AddRange(piece.Pieces);
        }

        return pieces.Count == 0 ? null : new PieceLocation(pieces);
    }
}

/// <summary>A location and the code for which it is right.</summary>
/// <param name="Location">The location.</param>
/// <param name="Ranges">The code; empty for the whole scope.</param>
public sealed record LocationRange(ValueLocation Location, IReadOnlyList<CodeRange> Ranges)
{
    /// <summary>True when the location is right while the program counter is at an offset.</summary>
    public bool Holds(uint offset) => Ranges.Count == 0 || Ranges.Any(range => range.Contains(offset));
}

/// <summary>Where a value is.</summary>
public abstract record ValueLocation;

/// <summary>In a register.</summary>
/// <param name="Register">The register by the name that debuggers use: rcx, ecx, cl, xmm0, x0, w0.</param>
public sealed record RegisterLocation(string Register) : ValueLocation;

/// <summary>In memory, at a register plus an offset.</summary>
/// <param name="Register">The register by name; on 32-bit x86 also <c>$T0</c>, the virtual frame of a frame program: without one, the address of the return address.</param>
/// <param name="Offset">Bytes from there.</param>
public sealed record RegisterRelativeLocation(string Register, int Offset) : ValueLocation;

/// <summary>In memory, in the image.</summary>
/// <param name="Offset">Bytes from the image's base.</param>
public sealed record ImageLocation(uint Offset) : ValueLocation;

/// <summary>Nowhere: its value is known.</summary>
/// <param name="Value">The value, sign-extended.</param>
public sealed record ConstantLocation(ulong Value) : ValueLocation;

/// <summary>In several places, a part each.</summary>
/// <param name="Pieces">The parts.</param>
public sealed record PieceLocation(IReadOnlyList<LocationPiece> Pieces) : ValueLocation;

/// <summary>A part of a value.</summary>
/// <param name="Offset">Bytes from the value's start.</param>
/// <param name="Location">Where the part is.</param>
public sealed record LocationPiece(uint Offset, ValueLocation Location);
