package io.brume.node;

import static java.util.Objects.requireNonNull;

import io.brume.node.instance.Hypervisor;
import io.brume.proto.node.v1.OpenConsole;
import io.brume.proto.node.v1.Question;
import io.brume.session.Questions;
import io.grpc.Channel;
import java.io.IOException;
import java.util.function.Predicate;

/**
 * What the control plane may ask of a host's instances. Thread-safe.
 *
 * @param isHere whether this host has an instance
 */
record HostQuestions(Hypervisor hypervisor, Predicate<String> isHere) implements Questions {
    private static final int MAX_CONSOLE_BYTES = 65_536;

    HostQuestions {
        requireNonNull(hypervisor);
        requireNonNull(isHere);
    }

    @Override
    public byte[] answer(Question question) throws IOException {
        return switch (question.getQuestionCase()) {
            case CONSOLE_OUTPUT ->
                    hypervisor.consoleOutput(
                            known(question.getConsoleOutput().getInstanceId()),
                            Math.clamp(
                                    question.getConsoleOutput().getMaxBytes(),
                                    1,
                                    MAX_CONSOLE_BYTES));
            case SCREENSHOT ->
                    hypervisor.screenshot(known(question.getScreenshot().getInstanceId()));
            case QUESTION_NOT_SET ->
                    throw new IOException("This agent does not know the question.");
        };
    }

    @Override
    public void carryConsole(OpenConsole wish, Channel channel) throws IOException {
        new ConsoleBridge(channel, wish.getConsoleId())
                .carry(hypervisor.openConsole(known(wish.getInstanceId())));
    }

    private String known(String instanceId) throws IOException {
        if (!isHere.test(instanceId)) {
            throw new IOException("The instance " + instanceId + " is not on this host.");
        }
        return instanceId;
    }
}
