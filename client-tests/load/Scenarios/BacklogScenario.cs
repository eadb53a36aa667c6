using System.Threading.Channels;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>Makes --calls calls that are just long enough for the history, with --chats lines from each side: what a
/// database holds after weeks.</summary>
internal sealed class BacklogScenario : IScenario
{
    private static readonly TimeSpan LongEnough = TimeSpan.FromSeconds(5.3);
    private int _begun;

    public async Task Run(Population population, LoadOptions options, Report report, CancellationToken cancel)
    {
        var ledger = new Ledger(report);
        using var enough = CancellationTokenSource.CreateLinkedTokenSource(cancel);
        ledger.Began = (_, _) =>
        {
            if (Interlocked.Increment(ref _begun) >= options.Calls)
            {
                enough.Cancel();
            }
        };
        var phase = report.Measure();
        await Task.WhenAll(population.Members.Select(member => Live(member)));
        report.Figure("callsPerSecond", ledger.Count / phase.Seconds, "1/s");
        report.Cpu("Call", phase, ledger.Count);
        await new LedgerAudit(ledger, population, report, embedded: false).Run();
        if (options.Ledger is { } path)
        {
            await LedgerFile.Write(path, ledger);
        }

        async Task Live(Member member)
        {
            var heard = Channel.CreateUnbounded<object>();
            ledger.Follow(member);
            member.OnStarted += call => heard.Writer.TryWrite(call);
            member.OnEnded += end => heard.Writer.TryWrite(end);
            while (!enough.IsCancellationRequested)
            {
                (await member.Hub.Invoke("JoinQueue", "[{}]", cancel)).Require();
                await Call(member, heard.Reader, waiting: enough.Token);
            }

            // A match may have been on its way.
            (await member.Hub.Invoke("LeaveQueue", "[]", cancel)).Require();
            await Task.Delay(TimeSpan.FromSeconds(1), cancel);
            if (heard.Reader.TryPeek(out _))
            {
                await Call(member, heard.Reader, cancel);
            }
        }

        async Task Call(Member member, ChannelReader<object> heard, CancellationToken waiting)
        {
            CallStarted? call = null;
            try
            {
                call = await heard.ReadAsync(waiting) as CallStarted;
            }
            catch (OperationCanceledException) when (!cancel.IsCancellationRequested)
            {
                return;
            }

            var id = Json.Text(call!.CallId);
            for (var line = 0; line < options.Chats; line++)
            {
                ledger.Trying(call.CallId);
                var reply = await member.Hub.Invoke("SendChat", $"[{id},\"{line}\",\"We talked about this and that, part {line}.\"]", cancel);
                ledger.Acknowledged(call.CallId, reply.Read(Messages.Default.ChatValue).Id);
            }

            if (call.Initiator)
            {
                await Task.Delay(LongEnough, cancel);
                (await member.Hub.Invoke("EndCall", $"[{id}]", cancel)).Require();
            }

            await heard.ReadAsync(cancel);
        }
    }
}
