package io.brume.control.fleet.grpc;

import io.brume.common.aws.Fault;
import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.Answer;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Question;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;

/**
 * The questions that one host has not answered yet: at most {@value #MAX_OPEN}, each for at most 10
 * seconds. Thread-safe.
 */
final class Questions {
    static final int MAX_OPEN = 32;
    static final long TIMEOUT_SECONDS = 10;

    private final NodeId node;
    private final Map<Long, CompletableFuture<byte[]>> open = new HashMap<>();
    private long lastId;
    private boolean closed;

    Questions(NodeId node) {
        this.node = node;
    }

    /** Asks. The question needs no id yet. */
    CompletableFuture<byte[]> ask(Question.Builder question, Predicate<ControlMessage> send) {
        var answer = new CompletableFuture<byte[]>();
        long id;
        synchronized (this) {
            if (closed || open.size() >= MAX_OPEN) {
                return CompletableFuture.failedFuture(
                        unavailable(node, closed ? "is not connected" : "has too much to answer"));
            }
            id = ++lastId;
            open.put(id, answer);
        }
        var message = ControlMessage.newBuilder().setQuestion(question.setQuestionId(id)).build();
        if (!send.test(message)) {
            answer.completeExceptionally(unavailable(node, "does not keep up"));
        }
        CompletableFuture<byte[]> bounded =
                answer.orTimeout(TIMEOUT_SECONDS, TimeUnit.SECONDS)
                        .exceptionallyCompose(failure ->
                                CompletableFuture.failedFuture(
                                        failure instanceof Fault
                                                ? failure
                                                : unavailable(node, "did not answer")));
        return bounded.whenComplete((data, failure) -> forget(id));
    }

    private synchronized void forget(long id) {
        open.remove(id);
    }

    void answered(Answer answer) {
        CompletableFuture<byte[]> waiting;
        synchronized (this) {
            waiting = open.remove(answer.getQuestionId());
        }
        if (waiting == null) {
            return;
        }
        switch (answer.getAnswerCase()) {
            case DATA -> waiting.complete(answer.getData().toByteArray());
            case FAILURE ->
                    waiting.completeExceptionally(
                            Fault.conflict("IncorrectInstanceState", answer.getFailure()));
            case ANSWER_NOT_SET ->
                    waiting.completeExceptionally(unavailable(node, "answered nothing"));
        }
    }

    void close() {
        Map<Long, CompletableFuture<byte[]>> left;
        synchronized (this) {
            closed = true;
            left = Map.copyOf(open);
            open.clear();
        }
        left.values()
                .forEach(waiting ->
                        waiting.completeExceptionally(unavailable(node, "was disconnected")));
    }

    static Fault unavailable(NodeId node, String what) {
        return Fault.of(
                Fault.Category.UNAVAILABLE,
                "Unavailable",
                "The host " + node + " " + what + ". Try again later.");
    }
}
