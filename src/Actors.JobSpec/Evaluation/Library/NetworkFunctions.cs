using System.Globalization;
using System.Net;
using System.Net.Sockets;
using System.Numerics;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

/// <summary>Address arithmetic on prefixes such as 10.0.0.0/8 and fd00::/8.</summary>
internal static class NetworkFunctions
{
    public static readonly Function[] All =
    [
        new("cidrhost", [Text("prefix"), Number("number")], null, Host),
        new("cidrnetmask", [Text("prefix")], null, NetMask),
        new("cidrsubnet", [Text("prefix"), Number("newbits"), Number("number")], null, Subnet),
        new("cidrsubnets", [Text("prefix")], Number("newbits"), Subnets),
    ];

    private static HclValue Host(FunctionCall call)
    {
        var prefix = Prefix.Read(call, 0);
        var number = Whole(call, 1);
        var room = BigInteger.One << prefix.HostBits;
        if (number < 0) number += room;
        if (number < 0 || number >= room) throw new FunctionException($"a /{prefix.Length} prefix has no host {call.Number(1)}", 1);
        return HclValue.Of(prefix.Address(prefix.Network + number));
    }

    private static HclValue NetMask(FunctionCall call)
    {
        var prefix = Prefix.Read(call, 0);
        if (prefix.Bits != 32) throw new FunctionException("only IPv4 has netmasks", 0);
        return HclValue.Of(prefix.Address(((BigInteger.One << prefix.Length) - 1) << prefix.HostBits));
    }

    private static HclValue Subnet(FunctionCall call)
    {
        var prefix = Prefix.Read(call, 0);
        var bits = NewBits(prefix, call.Integer(1), 1);
        var number = Whole(call, 2);
        if (number < 0 || number >= BigInteger.One << bits) throw new FunctionException($"{bits} new bits have no subnet number {call.Number(2)}", 2);
        var length = prefix.Length + bits;
        return HclValue.Of($"{prefix.Address(prefix.Network + (number << (prefix.Bits - length)))}/{length}");
    }

    private static HclValue Subnets(FunctionCall call)
    {
        var prefix = Prefix.Read(call, 0);
        var at = prefix.Network;
        var end = prefix.Network + (BigInteger.One << prefix.HostBits);
        var subnets = new List<HclValue>();
        for (var i = 1; i < call.Arguments.Length; i++)
        {
            var length = prefix.Length + NewBits(prefix, call.Integer(i), i);
            if (length == prefix.Length) throw new FunctionException("at least 1 new bit", i);
            var size = BigInteger.One << (prefix.Bits - length);
            at = (at + size - 1) / size * size;
            if (at + size > end) throw new FunctionException("the prefix has no room left for this subnet", i);
            subnets.Add(HclValue.Of($"{prefix.Address(at)}/{length}"));
            at += size;
        }

        return HclValue.List(HclType.String, subnets);
    }

    private static BigInteger Whole(FunctionCall call, int argument) =>
        call.Number(argument).IsInteger ? call.Number(argument).ToBigInteger() : throw new FunctionException($"a whole number is needed, found {call.Number(argument)}", argument);

    private static int NewBits(Prefix prefix, int bits, int argument) =>
        bits >= 0 && bits <= prefix.HostBits
            ? bits
            : throw new FunctionException($"a /{prefix.Length} prefix can be extended by 0 to {prefix.HostBits} bits", argument);

    private sealed record Prefix(BigInteger Network, int Length, int Bits)
    {
        public int HostBits => Bits - Length;

        public static Prefix Read(FunctionCall call, int argument)
        {
            var text = call.Text(argument);
            var slash = text.IndexOf('/', StringComparison.Ordinal);
            if (slash > 0
                && IPAddress.TryParse(text.AsSpan(0, slash), out var address)
                && (address.AddressFamily == AddressFamily.InterNetworkV6 ? !text.Contains('%', StringComparison.Ordinal) && text[0] != '[' : IsDotted(text[..slash]))
                && int.TryParse(text.AsSpan(slash + 1), NumberStyles.None, CultureInfo.InvariantCulture, out var length))
            {
                var bits = address.AddressFamily == AddressFamily.InterNetwork ? 32 : 128;
                if (length <= bits)
                {
                    var value = new BigInteger(address.GetAddressBytes(), isUnsigned: true, isBigEndian: true);
                    return new Prefix(value >> (bits - length) << (bits - length), length, bits);
                }
            }

            throw new FunctionException($"{Conversion.Quote(text)} is not a prefix such as 10.0.0.0/8", argument);
        }

        /// <summary>Four decimal numbers; .NET alone would read leading zeros as octal.</summary>
        private static bool IsDotted(string address) =>
            address.Split('.') is { Length: 4 } parts && parts.All(part => part.Length is > 0 and <= 3 && part.All(char.IsAsciiDigit) && (part.Length == 1 || part[0] != '0'));

        public string Address(BigInteger value)
        {
            var bytes = new byte[Bits / 8];
            var written = value.ToByteArray(isUnsigned: true, isBigEndian: true);
            written.CopyTo(bytes, bytes.Length - written.Length);
            return new IPAddress(bytes).ToString();
        }
    }
}
