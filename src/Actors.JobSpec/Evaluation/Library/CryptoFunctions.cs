using System.Security.Cryptography;
using System.Text;
using Actors.JobSpec.Values;
using static Actors.JobSpec.Evaluation.FunctionTable;

namespace Actors.JobSpec.Evaluation.Library;

internal static class CryptoFunctions
{
    public static readonly Function[] All =
    [
        new("md5", [Text("text")], null, call => Hex(MD5.HashData(Bytes(call)))),
        new("sha1", [Text("text")], null, call => Hex(SHA1.HashData(Bytes(call)))),
        new("sha256", [Text("text")], null, call => Hex(SHA256.HashData(Bytes(call)))),
        new("sha512", [Text("text")], null, call => Hex(SHA512.HashData(Bytes(call)))),
        new("bcrypt", [Text("text"), Number("cost")], null, Bcrypt, Optional: 1),
        new("uuidv4", [], null, call => HclValue.Of(call.Host.NewGuid().ToString())),
        new("uuidv5", [Text("namespace"), Text("name")], null, UuidV5),
        new("rsadecrypt", [Text("ciphertext"), Text("privatekey")], null, RsaDecrypt),
    ];

    private static byte[] Bytes(FunctionCall call) => Encoding.UTF8.GetBytes(call.Text(0));

    private static HclValue Hex(byte[] hash) => HclValue.Of(Convert.ToHexStringLower(hash));

    /// <summary>RFC 4122 §4.3: SHA-1 of the namespace's bytes and the name.</summary>
    private static HclValue UuidV5(FunctionCall call)
    {
        var space = call.Text(0) switch
        {
            "dns" => Guid.Parse("6ba7b810-9dad-11d1-80b4-00c04fd430c8"),
            "url" => Guid.Parse("6ba7b811-9dad-11d1-80b4-00c04fd430c8"),
            "oid" => Guid.Parse("6ba7b812-9dad-11d1-80b4-00c04fd430c8"),
            "x500" => Guid.Parse("6ba7b814-9dad-11d1-80b4-00c04fd430c8"),
            var text when Guid.TryParse(text, out var given) => given,
            _ => throw new FunctionException("the namespace is dns, url, oid, x500 or a UUID", 0),
        };
        var hash = SHA1.HashData([.. space.ToByteArray(bigEndian: true), .. Encoding.UTF8.GetBytes(call.Text(1))]).AsSpan(0, 16);
        hash[6] = (byte)((hash[6] & 0x0F) | 0x50);
        hash[8] = (byte)((hash[8] & 0x3F) | 0x80);
        return HclValue.Of(new Guid(hash, bigEndian: true).ToString());
    }

    /// <summary>A salted hash; each step of the cost doubles the work, so it is bounded and counted.</summary>
    private static HclValue Bcrypt(FunctionCall call)
    {
        var cost = call.Arguments.Length > 1 ? call.Integer(1) : 10;
        if (cost is < 4 or > 13) throw new FunctionException($"the cost is from 4 to 13, found {cost}", 1);
        if (Encoding.UTF8.GetByteCount(call.Text(0)) > 72) throw new FunctionException("bcrypt takes at most 72 bytes", 0);
        if (!call.Evaluator.Budget.Step(100L << cost)) throw new FunctionException("too much work");
        return HclValue.Of(BCrypt.Net.BCrypt.HashPassword(call.Text(0), cost));
    }

    private static HclValue RsaDecrypt(FunctionCall call)
    {
        try
        {
            using var key = RSA.Create();
            key.ImportFromPem(call.Text(1));
            return HclValue.Of(Encoding.UTF8.GetString(key.Decrypt(Convert.FromBase64String(call.Text(0)), RSAEncryptionPadding.Pkcs1)));
        }
        catch (FormatException)
        {
            throw new FunctionException("the ciphertext is not base64", 0);
        }
        catch (ArgumentException)
        {
            throw new FunctionException("the key is not an RSA private key in PEM", 1);
        }
        catch (CryptographicException)
        {
            throw new FunctionException("the ciphertext can't be decrypted with this key", 0);
        }
    }
}
