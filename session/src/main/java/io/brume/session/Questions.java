package io.brume.session;

import io.brume.proto.node.v1.OpenConsole;
import io.brume.proto.node.v1.Question;
import io.grpc.Channel;
import java.io.IOException;

/**
 * What the control plane may ask of a node besides keeping what is desired. Thread-safe; each call
 * has a thread of its own and may block.
 */
public interface Questions {
    /** Of a node that has nothing to be asked about. */
    Questions NONE =
            new Questions() {
                @Override
                public byte[] answer(Question question) throws IOException {
                    throw new IOException("This node does not know the question.");
                }

                @Override
                public void carryConsole(OpenConsole wish, Channel channel) throws IOException {
                    throw new IOException("This node has no consoles.");
                }
            };

    /**
     * The answer to a question.
     *
     * @throws IOException with a reason for people, which is told in place of an answer
     */
    byte[] answer(Question question) throws IOException;

    /**
     * Joins a console and carries it to the control plane and back until either side has had
     * enough.
     *
     * @param channel to the control plane; it outlives the console or ends it
     * @throws IOException with a reason for people
     */
    void carryConsole(OpenConsole wish, Channel channel) throws IOException;
}
