using System.Buffers;
using System.Diagnostics.CodeAnalysis;
using System.Runtime.ExceptionServices;
using System.Text.Json;
using Matchmaker.Platform.Refusals;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.SignalR;
using Microsoft.AspNetCore.SignalR.Protocol;

namespace Matchmaker.Platform.Realtime;

/// <summary>
/// SignalR's JSON protocol with two differences: an optional last argument may be left out, and what SignalR itself
/// answers with an error text (unknown method, wrong arguments) is answered with our <see cref="Reply"/> and its code.
/// </summary>
/// <remarks>
/// The reason travels from the parser to the writer as the message of a <see cref="HubException"/>, which SignalR
/// appends to its own text: it is the only thing that passes through its dispatcher unchanged.
/// </remarks>
internal sealed class RefusingHubProtocol(IHubProtocol json) : IHubProtocol
{
    private const string Mark = "HubException: field=";

    public string Name => json.Name;

    public int Version => json.Version;

    public TransferFormat TransferFormat => json.TransferFormat;

    public bool IsVersionSupported(int version) => json.IsVersionSupported(version);

    public bool TryParseMessage(
        ref ReadOnlySequence<byte> input, IInvocationBinder binder, [NotNullWhen(true)] out HubMessage? message)
    {
        var start = input;
        if (!json.TryParseMessage(ref input, binder, out message))
        {
            return false;
        }

        if (message is InvocationBindingFailureMessage failure)
        {
            message = (HubMessage?)WithoutArguments(start, binder, failure.Target) ?? Describe(failure);
        }

        return true;
    }

    public void WriteMessage(HubMessage message, IBufferWriter<byte> output) => json.WriteMessage(Reword(message), output);

    public ReadOnlyMemory<byte> GetMessageBytes(HubMessage message) => json.GetMessageBytes(Reword(message));

    /// <summary>The call again with nulls, when it came with no arguments and the method takes nullable ones.</summary>
    private InvocationMessage? WithoutArguments(ReadOnlySequence<byte> input, IInvocationBinder binder, string target)
    {
        var empty = new EmptyBinder(binder);
        if (!empty.Takes(target, out var parameters) || parameters.Count != 1 || parameters[0].IsValueType || parameters[0] == typeof(string))
        {
            return null;
        }

        return json.TryParseMessage(ref input, empty, out var message) && message is InvocationMessage call
            ? new InvocationMessage(call.InvocationId, call.Target, [null], call.StreamIds)
            : null;
    }

    private static InvocationBindingFailureMessage Describe(InvocationBindingFailureMessage failure)
    {
        var e = failure.BindingFailure.SourceException;
        if (e is HubException)
        {
            return failure; // "Method does not exist."
        }

        var path = (e as JsonException ?? e.InnerException as JsonException)?.Path?.TrimStart('$', '.');
        return new InvocationBindingFailureMessage(
            failure.InvocationId, failure.Target, ExceptionDispatchInfo.Capture(new HubException("field=" + path)));
    }

    private static HubMessage Reword(HubMessage message)
    {
        if (message is not CompletionMessage { Error: { } error } completion)
        {
            return message;
        }

        var mark = error.LastIndexOf(Mark, StringComparison.Ordinal);
        var no = mark >= 0 ? CommonRefusals.InvalidArgument(error[(mark + Mark.Length)..] is { Length: > 0 } field ? field : null)
            : error.Contains("does not exist", StringComparison.Ordinal) || error.StartsWith("Unknown hub method", StringComparison.Ordinal)
                ? CommonRefusals.UnknownMethod
            : CommonRefusals.Internal;
        return CompletionMessage.WithResult(completion.InvocationId!, Reply.Refuse(no));
    }

    private sealed class EmptyBinder(IInvocationBinder inner) : IInvocationBinder
    {
        public bool Takes(string target, out IReadOnlyList<Type> parameters)
        {
            try
            {
                parameters = inner.GetParameterTypes(target);
                return true;
            }
            catch (HubException)
            {
                parameters = [];
                return false; // no such method
            }
        }

        public Type GetReturnType(string invocationId) => inner.GetReturnType(invocationId);

        public IReadOnlyList<Type> GetParameterTypes(string methodName) => [];

        public Type GetStreamItemType(string streamId) => inner.GetStreamItemType(streamId);
    }
}
