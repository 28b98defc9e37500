package io.erlmcp.reliability;

import static org.assertj.core.api.Assertions.assertThat;

import io.erlmcp.testing.Requirement;
import org.junit.jupiter.api.Test;

/**
 * The programs of the guarantees find what is right right, and what was planted wrong. Those that
 * take longer are run by {@code reliability/ci.sh} alone.
 */
class GuaranteesTest {
    @Test
    @Requirement("R01")
    void acknowledgedSessionsOutliveAKillAndALostLogIsFoundOut() throws Exception {
        holdsAndItsControlFails(new KilledWhileWriting());
    }

    @Test
    @Requirement("R03")
    void damagedFilesAreFoundAndAForgedRecordIsNoticed() throws Exception {
        holdsAndItsControlFails(new DamagedFiles());
    }

    @Test
    @Requirement("R11")
    void cutStreamsGoOnAndAForgottenEventIsNoticed() throws Exception {
        holdsAndItsControlFails(new CutStreams());
    }

    @Test
    @Requirement("R13")
    void listenStreamsEndGracefullyAndAKilledNodeIsFoundOut() throws Exception {
        holdsAndItsControlFails(new ListenStreams());
    }

    @Test
    @Requirement("R17")
    void malformedFramesGetTheirCodesAndAMixedUpCodeIsFoundOut() throws Exception {
        holdsAndItsControlFails(new Frames());
    }

    @Test
    @Requirement("R19")
    void callsInFlightSurviveAStopAndAKilledNodeIsFoundOut() throws Exception {
        holdsAndItsControlFails(new GracefulStop());
    }

    @Test
    @Requirement({"R32", "upstream.restart", "upstream.orphans"})
    void killedUpstreamsComeBackAndAWrongAnswerIsFoundOut() throws Exception {
        holdsAndItsControlFails(new KilledUpstreams());
    }

    @Test
    @Requirement("R27")
    void limitsHoldWhenAllCallAtOnceAndABreakerThatChecksThenActsIsFoundOut() throws Exception {
        holdsAndItsControlFails(new BreakerAndLimiter());
    }

    @Test
    @Requirement("R28")
    void abandonedSessionsAreReapedAndThoseThatStayAreFoundOut() throws Exception {
        holdsAndItsControlFails(new AbandonedSessions());
    }

    @Test
    @Requirement({"R22", "andon.phase1-integration"})
    void haltsOutliveEveryKillAndAForgottenFolderIsFoundOut() throws Exception {
        holdsAndItsControlFails(new HaltsUnderKill());
    }

    @Test
    @Requirement("R31")
    void faultsAreToldAndOneThatNobodyCausedIsNot() throws Exception {
        holdsAndItsControlFails(new ToldFaults());
    }

    private static void holdsAndItsControlFails(Guarantee guarantee) throws Exception {
        Trial trial = new Trial(Fixture.launch(), 1, Trial.Size.TINY, null, Trial.Given.NOTHING);
        Findings findings = new Findings();
        guarantee.run(trial, findings);
        assertThat(findings.failures()).isEmpty();

        Findings planted = new Findings();
        guarantee.run(trial.as(Trial.Size.TINY, guarantee.plants().getFirst()), planted);
        assertThat(planted.holds()).isFalse();
    }
}
