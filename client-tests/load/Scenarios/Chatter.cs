using System.Collections.Concurrent;
using System.Diagnostics;
using Matchmaker.Load.Crowd;
using Matchmaker.Load.Measure;
using Matchmaker.Load.Wire;

namespace Matchmaker.Load.Scenarios;

/// <summary>Both sides of every call chat; the partner must get every text once and in order.</summary>
internal sealed class Chatter(IReadOnlyList<Couple> couples, int each, Report report)
{
    private static readonly TimeSpan StrayShows = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<int, List<Stamped<ChatMessage>>> _heard = new();
    private readonly Latencies _acknowledged = new(couples.Count * 2 * each);
    private readonly Latencies _delivered = new(couples.Count * 2 * each);
    private int _missing = couples.Count * 2 * each;

    public async Task Run(Population population, CancellationToken cancel)
    {
        if (each == 0)
        {
            return;
        }

        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        foreach (var member in population.Members)
        {
            var heard = _heard.GetOrAdd(member.Number, _ => []);
            member.OnChat = chat =>
            {
                // The sender hears its own message too, in all its tabs.
                if (chat.Value.From == member.Id)
                {
                    return;
                }

                heard.Add(chat);
                if (Interlocked.Decrement(ref _missing) == 0)
                {
                    all.TrySetResult();
                }
            };
        }

        var sentAt = new ConcurrentDictionary<string, long>();
        var sides = couples.SelectMany(couple =>
            ((Couple Couple, Member From)[])[(couple, couple.First), (couple, couple.Second)]);
        var phase = report.Measure();
        await population.Each(sides, (side, token) => Send(side.Couple, side.From, sentAt, token));
        population.Settle("chat");
        await all.Task.WaitAsync(cancel);
        report.Cpu("Chat", phase, sentAt.Count);
        report.Figure("chatsPerSecond", sentAt.Count / phase.Seconds, "1/s");
        await Task.Delay(StrayShows, cancel);
        Check(sentAt);
        report.Percentiles("chatAcknowledged", _acknowledged);
        report.Percentiles("chatDelivered", _delivered);
    }

    private async Task Send(Couple couple, Member from, ConcurrentDictionary<string, long> sentAt, CancellationToken cancel)
    {
        for (var number = 0; number < each; number++)
        {
            var text = Text(from, number);
            var begin = Stopwatch.GetTimestamp();
            sentAt[text] = begin;
            var arguments = $"[{Json.Text(couple.CallId)},\"c{number}\",{Json.Text(text)}]";
            var reply = await from.Hub.Invoke("SendChat", arguments, cancel);
            reply.Read(Messages.Default.ChatValue);
            _acknowledged.Add(Stopwatch.GetTimestamp() - begin);
        }
    }

    private void Check(ConcurrentDictionary<string, long> sentAt)
    {
        foreach (var couple in couples)
        {
            foreach (var (from, to) in ((Member, Member)[])[(couple.First, couple.Second), (couple.Second, couple.First)])
            {
                var heard = _heard[to.Number];
                report.Expect($"chats heard by user {to.Number}", each, heard.Count);
                for (var number = 0; number < Math.Min(each, heard.Count); number++)
                {
                    report.Expect($"chat {number} heard by user {to.Number}", Text(from, number), heard[number].Value.Text);
                    report.Expect($"its sender, heard by user {to.Number}", from.Id, heard[number].Value.From);
                    report.Expect($"its call, heard by user {to.Number}", couple.CallId, heard[number].Value.CallId);
                    if (sentAt.TryGetValue(heard[number].Value.Text, out var begin))
                    {
                        _delivered.Add(heard[number].At - begin);
                    }
                }
            }
        }
    }

    private static string Text(Member from, int number) => $"User {from.Number} says \"{number}\": café ✓ 👋 <b>";
}
