package io.brume.control.fleet.grpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.brume.common.aws.Fault;
import io.brume.control.domain.NodeId;
import io.brume.proto.node.v1.Answer;
import io.brume.proto.node.v1.ControlMessage;
import io.brume.proto.node.v1.Desired;
import io.brume.proto.node.v1.InstanceSpec;
import io.brume.proto.node.v1.MetadataSpec;
import io.brume.proto.node.v1.Question;
import io.grpc.Status;
import io.grpc.stub.CallStreamObserver;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class OutboxTest {
    /** A host that takes messages only when the test lets it. */
    private static final class SlowHost extends CallStreamObserver<ControlMessage> {
        final List<ControlMessage> received = new ArrayList<>();
        int room;
        boolean ended;

        @Override
        public boolean isReady() {
            return room > 0;
        }

        @Override
        public void onNext(ControlMessage message) {
            room--;
            received.add(message);
        }

        @Override
        public void onError(Throwable reason) {
            ended = true;
        }

        @Override
        public void onCompleted() {
            ended = true;
        }

        @Override
        public void setOnReadyHandler(Runnable handler) {}

        @Override
        public void disableAutoInboundFlowControl() {}

        @Override
        public void request(int count) {}

        @Override
        public void setMessageCompression(boolean enable) {}
    }

    private final SlowHost host = new SlowHost();
    private final Outbox outbox = new Outbox(host);

    private static Desired thing(int number, long generation, int padding) {
        return Desired.newBuilder()
                .setGeneration(generation)
                .setInstance(
                        InstanceSpec.newBuilder()
                                .setInstanceId("i-" + number)
                                .setMetadata(
                                        MetadataSpec.newBuilder().setHostName("x".repeat(padding))))
                .build();
    }

    @Test
    void aHostThatReadsNothingCostsTheLatestWordsOnly() {
        for (int generation = 1; generation <= 1000; generation++) {
            for (int i = 0; i < 10; i++) {
                outbox.change(thing(i, generation, 0));
            }
        }
        assertThat(outbox.waiting()).isEqualTo(10);
        outbox.release("i-3");
        assertThat(outbox.waiting()).isEqualTo(10);
        host.room = 100;
        outbox.drain();
        assertThat(host.received).hasSize(10);
        assertThat(host.received.getFirst().getChange().getGeneration()).isEqualTo(1000);
        assertThat(host.received.get(3).getReleased().getId()).isEqualTo("i-3");
        assertThat(outbox.waiting()).isZero();
    }

    @Test
    void refusesMoreUrgentMessagesThanItHasRoomFor() {
        for (int i = 0; i < Outbox.MAX_URGENT; i++) {
            assertThat(outbox.urgent(ControlMessage.getDefaultInstance())).isTrue();
        }
        assertThat(outbox.urgent(ControlMessage.getDefaultInstance())).isFalse();
    }

    @Test
    void tellsTheWholeStateInPartsAndThenWhatChanged() {
        List<Desired> state = new ArrayList<>();
        for (int i = 0; i < 50; i++) {
            state.add(thing(i, 1, 100_000));
        }
        outbox.snapshot(state);
        outbox.change(thing(7, 2, 0));
        host.room = 1;
        outbox.drain();
        assertThat(host.received).hasSize(1);
        assertThat(host.received.getFirst().getDesired().getMore()).isTrue();
        assertThat(host.received.getFirst().getSerializedSize()).isLessThan(2 << 20);
        assertThat(outbox.urgent(ControlMessage.getDefaultInstance())).isTrue();
        host.room = 100;
        outbox.drain();
        int things = 0;
        boolean whole = false;
        for (ControlMessage message : host.received) {
            if (message.hasDesired()) {
                things += message.getDesired().getThingsCount();
                whole = !message.getDesired().getMore();
            }
        }
        assertThat(things).isEqualTo(50);
        assertThat(whole).isTrue();
        assertThat(host.received.get(1).getMessageCase())
                .as("urgent messages do not wait for the state")
                .isEqualTo(ControlMessage.MessageCase.MESSAGE_NOT_SET);
        assertThat(host.received.getLast().getChange().getGeneration()).isEqualTo(2);
    }

    @Test
    void tellsAnEmptyStateToo() {
        host.room = 1;
        outbox.snapshot(List.of());
        assertThat(host.received.getFirst().hasDesired()).isTrue();
        assertThat(host.received.getFirst().getDesired().getMore()).isFalse();
    }

    @Test
    void saysNothingAfterItsEnd() {
        outbox.change(thing(1, 1, 0));
        outbox.close(Status.UNAVAILABLE);
        host.room = 10;
        outbox.drain();
        outbox.change(thing(2, 1, 0));
        assertThat(host.received).isEmpty();
        assertThat(host.ended).isTrue();
        assertThat(outbox.urgent(ControlMessage.getDefaultInstance())).isFalse();
    }

    @Test
    void questionsAreBoundedAndEndWithTheSession() {
        var questions = new Questions(new NodeId("node-00000000000000001"));
        List<ControlMessage> asked = new ArrayList<>();
        var first = questions.ask(Question.newBuilder(), asked::add);
        for (int i = 1; i < Questions.MAX_OPEN; i++) {
            assertThat(questions.ask(Question.newBuilder(), asked::add)).isNotCompleted();
        }
        assertThat(questions.ask(Question.newBuilder(), asked::add)).isCompletedExceptionally();
        long id = asked.getFirst().getQuestion().getQuestionId();
        questions.answered(Answer.newBuilder().setQuestionId(id).setFailure("No.").build());
        assertThatThrownBy(first::join).hasCauseInstanceOf(Fault.class).hasMessageContaining("No.");
        var last = questions.ask(Question.newBuilder(), asked::add);
        questions.close();
        assertThatThrownBy(last::join).hasMessageContaining("disconnected");
    }
}
