using System.Globalization;
using System.Numerics;

namespace Actors.JobSpec.Values;

/// <summary>
/// A decimal number of any size within bounds, so that 0.1 + 0.2 is 0.3. The value is Unscaled × 10^−Scale, with no trailing
/// zero in Unscaled unless it is 0. Magnitudes beyond 10^±<see cref="MaxExponent"/> do not exist.
/// </summary>
internal readonly struct HclNumber : IEquatable<HclNumber>, IComparable<HclNumber>
{
    /// <summary>Largest power of ten of a digit; keeps arithmetic bounded.</summary>
    public const int MaxExponent = 400;

    /// <summary>Digits kept of a quotient that does not end.</summary>
    private const int DivisionDigits = 60;

    private readonly BigInteger _unscaled;
    private readonly int _scale;

    private HclNumber(BigInteger unscaled, int scale)
    {
        while (scale > 0 && !unscaled.IsZero)
        {
            var quotient = BigInteger.DivRem(unscaled, 10, out var rest);
            if (!rest.IsZero) break;
            unscaled = quotient;
            scale--;
        }

        _unscaled = unscaled;
        _scale = unscaled.IsZero ? 0 : scale;
    }

    public static HclNumber Zero => default;

    public bool IsInteger => _scale == 0;

    public int Sign => _unscaled.Sign;

    public static implicit operator HclNumber(long value) => new(value, 0);

    public static HclNumber From(BigInteger value) => new(value, 0);

    /// <summary>A finite double in its shortest decimal form; null for what is no number.</summary>
    public static HclNumber? From(double value) =>
        double.IsFinite(value) && TryParse(value.ToString("R", CultureInfo.InvariantCulture), out var number) ? number : null;

    /// <summary>Reads HCL's and JSON's number forms.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out HclNumber number)
    {
        number = default;
        if (text.IsEmpty || text.Length > 1024) return false;
        var mark = text.IndexOfAny('e', 'E');
        var exponent = 0;
        if (mark >= 0)
        {
            if (!int.TryParse(text[(mark + 1)..], NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out exponent)) return false;
            text = text[..mark];
        }

        var dot = text.IndexOf('.');
        var digits = text;
        var scale = 0;
        if (dot >= 0)
        {
            scale = text.Length - dot - 1;
            digits = string.Concat(text[..dot], text[(dot + 1)..]);
        }

        if (Math.Abs((long)exponent) > MaxExponent || digits.Length > MaxExponent) return false;
        if (!BigInteger.TryParse(digits, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var unscaled)) return false;
        if (digits is "-" or "+") return false;
        scale -= exponent;
        number = scale < 0 ? new HclNumber(unscaled * BigInteger.Pow(10, -scale), 0) : new HclNumber(unscaled, scale);
        return number.InBounds;
    }

    /// <summary>Whether the number is small and coarse enough to go on with.</summary>
    public bool InBounds => _scale <= MaxExponent && BigInteger.Abs(_unscaled).GetBitLength() <= MaxExponent * 4;

    public static HclNumber operator +(HclNumber left, HclNumber right)
    {
        var (a, b, scale) = Align(left, right);
        return new HclNumber(a + b, scale);
    }

    public static HclNumber operator -(HclNumber left, HclNumber right) => left + -right;

    public static HclNumber operator -(HclNumber value) => new(-value._unscaled, value._scale);

    public static HclNumber operator *(HclNumber left, HclNumber right) =>
        new(left._unscaled * right._unscaled, left._scale + right._scale);

    /// <summary>The quotient, to <see cref="DivisionDigits"/> digits after the point. The divisor must not be zero.</summary>
    public static HclNumber operator /(HclNumber left, HclNumber right)
    {
        var (a, b, _) = Align(left, right);
        return new HclNumber(a * BigInteger.Pow(10, DivisionDigits) / b, DivisionDigits);
    }

    /// <summary>The rest of the division truncated towards zero; the sign is the dividend's. The divisor must not be zero.</summary>
    public static HclNumber operator %(HclNumber left, HclNumber right)
    {
        var (a, b, scale) = Align(left, right);
        return new HclNumber(BigInteger.Remainder(a, b), scale);
    }

    public static bool operator <(HclNumber left, HclNumber right) => left.CompareTo(right) < 0;

    public static bool operator >(HclNumber left, HclNumber right) => left.CompareTo(right) > 0;

    public static bool operator <=(HclNumber left, HclNumber right) => left.CompareTo(right) <= 0;

    public static bool operator >=(HclNumber left, HclNumber right) => left.CompareTo(right) >= 0;

    public static bool operator ==(HclNumber left, HclNumber right) => left.Equals(right);

    public static bool operator !=(HclNumber left, HclNumber right) => !left.Equals(right);

    public HclNumber Floor()
    {
        var truncated = Truncate();
        return truncated._unscaled.Sign <= 0 && this < truncated ? truncated - 1 : truncated;
    }

    public HclNumber Ceiling() => -(-this).Floor();

    public HclNumber Truncate() => _scale == 0 ? this : new HclNumber(_unscaled / BigInteger.Pow(10, _scale), 0);

    public HclNumber Abs() => _unscaled.Sign < 0 ? -this : this;

    public double ToDouble() => _scale == 0
        ? (double)_unscaled
        : double.Parse(ToString(), NumberStyles.Float, CultureInfo.InvariantCulture);

    /// <summary>The significant digits of the magnitude, without zeros at the end, and the power of ten of the first.</summary>
    public (string Digits, int Exponent) Digits
    {
        get
        {
            if (_unscaled.IsZero) return ("0", 0);
            var digits = BigInteger.Abs(_unscaled).ToString(CultureInfo.InvariantCulture);
            return (digits.TrimEnd('0'), digits.Length - 1 - _scale);
        }
    }

    public BigInteger ToBigInteger() => Truncate()._unscaled;

    public bool TryToInt64(out long value)
    {
        var fits = _scale == 0 && _unscaled >= long.MinValue && _unscaled <= long.MaxValue;
        value = fits ? (long)_unscaled : 0;
        return fits;
    }

    public bool TryToInt32(out int value)
    {
        var fits = TryToInt64(out var wide) && wide is >= int.MinValue and <= int.MaxValue;
        value = fits ? (int)wide : 0;
        return fits;
    }

    public int CompareTo(HclNumber other)
    {
        if (_scale == other._scale) return _unscaled.CompareTo(other._unscaled);
        var (a, b, _) = Align(this, other);
        return a.CompareTo(b);
    }

    public bool Equals(HclNumber other) => _scale == other._scale && _unscaled == other._unscaled;

    public override bool Equals(object? obj) => obj is HclNumber other && Equals(other);

    public override int GetHashCode() => HashCode.Combine(_unscaled, _scale);

    /// <summary>Plain decimal digits, never an exponent.</summary>
    public override string ToString()
    {
        if (_scale == 0) return _unscaled.ToString(CultureInfo.InvariantCulture);
        var digits = BigInteger.Abs(_unscaled).ToString(CultureInfo.InvariantCulture).PadLeft(_scale + 1, '0');
        return $"{(_unscaled.Sign < 0 ? "-" : "")}{digits[..^_scale]}.{digits[^_scale..]}";
    }

    private static (BigInteger Left, BigInteger Right, int Scale) Align(HclNumber left, HclNumber right)
    {
        if (left._scale == right._scale) return (left._unscaled, right._unscaled, left._scale);
        return left._scale > right._scale
            ? (left._unscaled, right._unscaled * BigInteger.Pow(10, left._scale - right._scale), left._scale)
            : (left._unscaled * BigInteger.Pow(10, right._scale - left._scale), right._unscaled, right._scale);
    }
}
