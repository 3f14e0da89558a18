package io.brume.node.volume;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** Who of a group enters, passes, rests and fails. */
class CutGroupsTest {
    private final CutGroups groups = new CutGroups();

    /** A volume's cut that does what it is told when the test says so. */
    private final class Volume implements CutGroups.Member {
        final List<String> told = new ArrayList<>();
        CutGroups.Place place;

        Volume(String id, boolean begun, String... together) {
            place = groups.join(cut(together), id, this, begun);
        }

        @Override
        public void enter() {
            told.add("enter");
        }

        @Override
        public void pass() {
            told.add("pass");
        }

        @Override
        public void rest() {
            told.add("rest");
        }

        @Override
        public void fail() {
            told.add("fail");
        }
    }

    private static CutGroup cut(String... together) {
        return new CutGroup("group", "snap", Set.of(together));
    }

    private Volume asked(String id) {
        return new Volume(id, false, "a", "b");
    }

    private Volume begun(String id) {
        return new Volume(id, true, "a", "b");
    }

    @Test
    void nobodyEntersBeforeAllAreAskedOrPassesBeforeAllHaveEntered() {
        var a = asked("a");
        assertThat(a.told).isEmpty();
        var b = asked("b");
        assertThat(a.told).containsExactly("enter");
        groups.entered(a.place);
        assertThat(a.told).containsExactly("enter");
        groups.entered(b.place);
        assertThat(a.told).containsExactly("enter", "pass");
        assertThat(b.told).containsExactly("enter", "pass");
        groups.leave(a.place);
        groups.leave(b.place);
        assertThat(groups.size()).isZero();
    }

    @Test
    void whoWaitsInVainRestsAndFailsInTheEnd() {
        var a = asked("a");
        asked("b");
        for (int i = 1; i < CutGroups.MOST_ATTEMPTS; i++) {
            groups.entered(a.place);
            groups.expired(a.place);
            assertThat(a.told).endsWith("enter", "rest");
            groups.again(a.place);
        }
        groups.entered(a.place);
        groups.expired(a.place);
        assertThat(a.told).endsWith("enter", "fail").doesNotContain("pass");
    }

    @Test
    void whatWasBegunWithTheCutFailsWhenItMustGoOnAlone() {
        var a = begun("a");
        groups.expired(a.place);
        assertThat(a.told).containsExactly("fail");
        var b = begun("b");
        assertThat(b.told).as("the group is lost").isEmpty();
    }

    @Test
    void itMayGoOnWhenTheGroupIsKnownToBeNew() {
        var a = begun("a");
        var b = asked("b");
        assertThat(b.told).containsExactly("enter");
        groups.expired(a.place);
        assertThat(a.told).containsExactly("rest");
        groups.entered(b.place);
        groups.again(a.place);
        groups.entered(a.place);
        assertThat(a.told).containsExactly("rest", "enter", "pass");
        assertThat(b.told).containsExactly("enter", "pass");
    }

    @Test
    void allThatAreBegunPassWhenAllHaveBegun() {
        var a = begun("a");
        assertThat(a.told).isEmpty();
        var b = begun("b");
        assertThat(a.told).containsExactly("pass");
        assertThat(b.told).containsExactly("pass");
    }

    @Test
    void aNewerWordMayNameFewer() {
        var a = begun("a");
        groups.change(a.place, cut("a"));
        assertThat(a.told).containsExactly("pass");
    }

    @Test
    void whoHasLetChangesGoByFailsWhenAnotherOneTurnsOutToBeCut() {
        var a = new Volume("a", true, "a", "b", "c");
        var b = new Volume("b", true, "a", "b", "c");
        var late = new Volume("c", false, "a", "b", "c", "d");
        groups.expired(a.place);
        assertThat(a.told).containsExactly("rest");
        groups.found(b.place);
        assertThat(a.told).containsExactly("rest", "fail");
        assertThat(late.told).containsExactly("fail");
    }
}
