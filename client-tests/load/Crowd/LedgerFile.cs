using System.Runtime.InteropServices;
using System.Text.Json;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Crowd;

/// <summary>A ledger as a file, a line of JSON for each person and each call: what one run was told, a later one checks.</summary>
internal static class LedgerFile
{
    public static async Task Write(string path, Ledger ledger)
    {
        await using var file = new StreamWriter(path);
        foreach (var member in ledger.Members)
        {
            var line = new LedgerLine(new(member.Number, member.Id, member.Token), null);
            await file.WriteLineAsync(JsonSerializer.Serialize(line, Messages.Default.LedgerLine));
        }

        foreach (var call in ledger.Calls)
        {
            var (sides, lines, tried) = call.Read();
            var told = sides.Select(side => new LedgerSide(side.Key, side.Value.PartnerId, side.Value.End)).ToArray();
            var line = new LedgerLine(null, new(call.Id, told, MemoryMarshal.AsBytes<Int128>([.. lines]).ToArray(), tried));
            await file.WriteLineAsync(JsonSerializer.Serialize(line, Messages.Default.LedgerLine));
        }
    }

    public static async Task<Ledger> Read(string path, Uri server, Report report)
    {
        var ledger = new Ledger(report);
        await foreach (var text in File.ReadLinesAsync(path))
        {
            switch (JsonSerializer.Deserialize(text, Messages.Default.LedgerLine))
            {
                case { Member: { } member }:
                    ledger.Restore(new Member(member.Number, server, tab: "", gender: "") { Id = member.Id, Token = member.Token });
                    break;
                case { Call: { } call }:
                    ledger.Restore(Call(call));
                    break;
                default:
                    throw new JsonException($"{path}: neither a person nor a call");
            }
        }

        return ledger;
    }

    private static LedgerCall Call(LedgerEntry entry)
    {
        var call = new LedgerCall(entry.Id, began: 0);
        foreach (var side in entry.Sides)
        {
            call.Started(side.Number, side.PartnerId);
            if (side.End is { } end)
            {
                call.Ended(side.Number, end);
            }
        }

        foreach (var line in MemoryMarshal.Cast<byte, Int128>(entry.Lines))
        {
            call.Acknowledged(line);
        }

        for (var tried = 0; tried < entry.Tried; tried++)
        {
            call.Trying();
        }

        return call;
    }
}

internal sealed record LedgerLine(LedgerMember? Member, LedgerEntry? Call);

internal sealed record LedgerMember(int Number, string Id, string Token);

internal sealed record LedgerEntry(string Id, LedgerSide[] Sides, byte[] Lines, int Tried);

internal sealed record LedgerSide(int Number, string PartnerId, CallEnded? End);
