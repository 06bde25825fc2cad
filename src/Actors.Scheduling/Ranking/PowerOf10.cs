using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace Actors.Scheduling.Ranking;

/// <summary>
/// 10^x for one number and for four at once, by the same operations in the same order: what four at once give is bit for bit what each by
/// itself gives, on every machine. (A runtime's own exp promises neither.) From 0 to 1, which is what nodes have free, it is right but for the last bits.
/// </summary>
internal static class PowerOf10
{
    private const double Log2Of10 = 3.321928094887362347870319;

    // Added and taken away again it rounds to a whole number, which its lowest bits then hold.
    private const double Rounding = 6755399441055744.0;

    // 2^x is far outside of what is asked for beyond.
    private const double Most = 1000.0;

    // ln(2)^k / k!: the series of 2^f for f within ±½.
    private const double C1 = 0.693147180559945309417232;
    private const double C2 = 0.240226506959100712333552;
    private const double C3 = 0.055504108664821579953142;
    private const double C4 = 0.009618129107628477161979;
    private const double C5 = 0.001333355814642844342342;
    private const double C6 = 0.000154035303933816099544;
    private const double C7 = 1.525273380405984028002e-5;
    private const double C8 = 1.321548679014430948840e-6;
    private const double C9 = 1.017808600923969972749e-7;
    private const double C10 = 7.054911620801123329875e-9;
    private const double C11 = 4.445538271870811497596e-10;
    private const double C12 = 2.567843599348820514199e-11;

    /// <summary>10^x.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Of(double x)
    {
        var y = Math.Min(Math.Max(x * Log2Of10, -Most), Most);
        var rounded = y + Rounding;
        var f = y - (rounded - Rounding);
        var f2 = f * f;
        var f4 = f2 * f2;
        var f8 = f4 * f4;
        var low = ((C1 * f) + 1.0) + (((C3 * f) + C2) * f2);
        var middle = ((C5 * f) + C4) + (((C7 * f) + C6) * f2);
        var high = ((C9 * f) + C8) + (((C11 * f) + C10) * f2);
        var power = (low + (middle * f4)) + ((high + (C12 * f4)) * f8);
        return BitConverter.Int64BitsToDouble(BitConverter.DoubleToInt64Bits(power) + (BitConverter.DoubleToInt64Bits(rounded) << 52));
    }

    /// <summary>10^x of each.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector256<double> Of(Vector256<double> x)
    {
        var y = Vector256.Min(Vector256.Max(x * Log2Of10, Vector256.Create(-Most)), Vector256.Create(Most));
        var rounding = Vector256.Create(Rounding);
        var rounded = y + rounding;
        var f = y - (rounded - rounding);
        var f2 = f * f;
        var f4 = f2 * f2;
        var f8 = f4 * f4;
        var low = ((f * C1) + Vector256.Create(1.0)) + (((f * C3) + Vector256.Create(C2)) * f2);
        var middle = ((f * C5) + Vector256.Create(C4)) + (((f * C7) + Vector256.Create(C6)) * f2);
        var high = ((f * C9) + Vector256.Create(C8)) + (((f * C11) + Vector256.Create(C10)) * f2);
        var power = (low + (middle * f4)) + ((high + (f4 * C12)) * f8);
        return (power.AsInt64() + (rounded.AsInt64() << 52)).AsDouble();
    }
}
