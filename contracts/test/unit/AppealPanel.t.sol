// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CourtWorld, IDisputeCourt, JobState} from "../CourtWorld.sol";

/// @title Way (b): the panel votes, or is silent
contract AppealPanelTest is CourtWorld {
    function test_challenge_opensTheDisputeAndTakesTheBond() public {
        vm.expectEmit(address(court));
        emit IDisputeCourt.VerdictChallenged(JOB, 1, challenger.addr, BOND, 1, _now() + 900, "garbage");
        assertEq(_challenge(JOB), 1);
        assertState(JOB, JobState.DISPUTED);
        assertEq(vault.creditOf(challenger.addr), 1_000e6 - BOND);
        assertTrue(court.caseOf(JOB).open);
    }

    function test_challenge_refusesASecondWhileOneIsOpen() public {
        _challenge(JOB);
        bytes memory shown = _shown(JOB);
        vm.prank(challenger.addr);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.CaseOpen.selector, JOB));
        court.challenge(shown, "");
    }

    function test_challenge_refusesALongNote() public {
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NoteTooLong.selector, 513, 512));
        court.challenge(shown, new bytes(513));
    }

    function test_challenge_refusesWithoutAPanel() public {
        vm.prank(governor.addr);
        court.namePanel(new address[](0));
        (uint256 eligible, uint256 quorum) = court.panelFor(1);
        assertEq(eligible, 0);
        assertEq(quorum, 1);
        _refuseChallenge(abi.encodeWithSelector(IDisputeCourt.NoPanel.selector, 0, 1));
    }

    function test_challenge_refusesWhereTooFewAreSeatedOrOutsideTheCommittee() public {
        address[] memory members = new address[](4);
        members[0] = judges[0].addr;
        members[1] = judges[1].addr;
        members[2] = oracles[2].addr;
        members[3] = stranger.addr; // without a deposit
        vm.prank(governor.addr);
        court.namePanel(members);
        _refuseChallenge(abi.encodeWithSelector(IDisputeCourt.NoPanel.selector, 2, 3));
        _seat(oracles[2].addr, 5e6); // sits in the job's own committee
        _refuseChallenge(abi.encodeWithSelector(IDisputeCourt.NoPanel.selector, 2, 3));
        _seat(stranger.addr, 5e6);
        _challenge(JOB);
        bytes32 digest = court.hashVote(JOB, 1, FRAUD, 0, "reason");
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.MemberOfTheCommittee.selector, oracles[2].addr));
        court.vote(shown, FRAUD, 0, "reason", 4, signature(oracles[2].key, digest));
    }

    // --- Votes. ---

    function test_vote_quorumUpholds() public {
        _challenge(JOB);
        _vote(JOB, 1, OK, PRICE, 7);
        assertRuling(OK, PRICE, address(0));
        assertState(JOB, JobState.REPORTED);
        assertEq(vault.creditOf(provider.addr), BOND / 2, "half of the bond");
        assertEq(vault.burned(), BOND / 2);
        assertEq(vault.ledgerOf(address(court)), 15e6, "the seats' deposits are left");
    }

    function test_vote_quorumOverturns() public {
        _challenge(JOB);
        _vote(JOB, 1, FRAUD, 0, 7);
        assertRuling(FRAUD, 0, challenger.addr);
        assertState(JOB, JobState.FINAL);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
    }

    function test_vote_byPartsAddsUp() public {
        _challenge(JOB);
        _vote(JOB, 1, PARTIAL, 4e6, 2);
        _vote(JOB, 1, PARTIAL, 4e6, 4);
        assertState(JOB, JobState.DISPUTED);
        _vote(JOB, 1, PARTIAL, 4e6, 1);
        assertRuling(PARTIAL, 4e6, challenger.addr);
    }

    function test_vote_ofDifferentRulingsDoesNotAddUp() public {
        _challenge(JOB);
        _vote(JOB, 1, PARTIAL, 4e6, 2);
        _vote(JOB, 1, PARTIAL, 5e6, 4);
        _vote(JOB, 1, FRAUD, 0, 1);
        assertState(JOB, JobState.DISPUTED);
    }

    function test_vote_eachMemberOnce() public {
        _challenge(JOB);
        _vote(JOB, 1, FRAUD, 0, 1);
        bytes memory shown = _shown(JOB);
        bytes memory again = _votes(JOB, 1, OK, PRICE, 1);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.AlreadyVoted.selector, judges[0].addr));
        court.vote(shown, OK, PRICE, "reason", 1, again);
    }

    function test_vote_refusesSignaturesOfOthersAndOfAnotherCaseOrChain() public {
        _challenge(JOB);
        bytes memory shown = _shown(JOB);
        bytes memory votes = _votes(JOB, 2, FRAUD, 0, 1);
        vm.expectPartialRevert(IDisputeCourt.WrongSigner.selector);
        court.vote(shown, FRAUD, 0, "reason", 1, votes);
        votes = _votes(JOB, 1, FRAUD, 0, 2);
        vm.expectPartialRevert(IDisputeCourt.WrongSigner.selector);
        court.vote(shown, FRAUD, 0, "reason", 1, votes);
        votes = _votes(JOB, 1, FRAUD, 0, 1);
        vm.chainId(999);
        vm.expectPartialRevert(IDisputeCourt.WrongSigner.selector);
        court.vote(shown, FRAUD, 0, "reason", 1, votes);
    }

    function test_vote_refusesBitsWithoutMembersAndWrongLengths() public {
        _challenge(JOB);
        bytes memory shown = _shown(JOB);
        bytes memory votes = _votes(JOB, 1, FRAUD, 0, 1);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NotMember.selector, 8, 3));
        court.vote(shown, FRAUD, 0, "reason", 8, votes);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongSignatureLength.selector, 65, 130));
        court.vote(shown, FRAUD, 0, "reason", 3, votes);
        bytes memory longer = bytes.concat(votes, hex"00");
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongSignatureLength.selector, 66, 65));
        court.vote(shown, FRAUD, 0, "reason", 1, longer);
    }

    function test_vote_refusesMembersWithoutTheirDeposit() public {
        _challenge(JOB);
        skip(901);
        court.closeCase(_shown(JOB)); // all silent: 3 of 5 gone each
        _put(78, OK, PRICE);
        (uint256 eligible,) = court.panelFor(1);
        assertEq(eligible, 0);
        bytes memory shown = _shown(78);
        vm.prank(challenger.addr);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NoPanel.selector, 0, 3));
        court.challenge(shown, "");
        for (uint256 k = 0; k < 3; ++k) {
            _seat(judges[k].addr, 3e6);
        }
        _challenge(78);
    }

    /// @dev Whoever must produce the evidence does not gain by its absence.
    function test_vote_burdenOfProduction() public {
        _challenge(JOB);
        _refuseVote(JOB, OK, NO_EVIDENCE, 0);
        _refuseVote(JOB, OK, INCONCLUSIVE, 0);
        _put(78, FRAUD, 0);
        _challenge(78);
        _refuseVote(78, FRAUD, INCONCLUSIVE, 0);
        _vote(78, 1, NO_EVIDENCE, 0, 7);
        assertRuling(NO_EVIDENCE, 0, challenger.addr);
        _vote(JOB, 1, FRAUD, 0, 7);
    }

    function test_vote_refusesAmountsThatDoNotFit() public {
        _challenge(JOB);
        _refuseVote(JOB, OK, OK, PRICE - 1);
        _refuseVote(JOB, OK, PARTIAL, PRICE);
        _refuseVote(JOB, OK, FRAUD, 1);
        _refuseVote(JOB, OK, 6, 0);
        _refuseVote(JOB, OK, 8, 0);
    }

    function test_vote_afterTheDeadlineIsRefused() public {
        _challenge(JOB);
        uint40 until = _now() + 900;
        bytes memory votes = _votes(JOB, 1, FRAUD, 0, 7);
        skip(901);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DeadlinePassed.selector, uint256(until) + 1, until));
        court.vote(shown, FRAUD, 0, "reason", 7, votes);
    }

    function test_upheld_theBondGoesToWhoeverTheVerdictFavours() public {
        _put(JOB, FRAUD, 0);
        _challenge(JOB);
        _vote(JOB, 1, FRAUD, 0, 7);
        assertEq(vault.creditOf(consumer.addr), BOND / 2);
        assertEq(vault.creditOf(provider.addr), 0);
    }

    /// @dev Challenging oneself, and losing, must not be free.
    function test_upheld_aPartyWhoChallengesItsOwnGainLosesAll() public {
        _fundCredit(provider.addr, 10e6);
        vm.prank(provider.addr);
        court.challenge(_shown(JOB), "");
        _vote(JOB, 1, OK, PRICE, 7);
        assertEq(vault.creditOf(provider.addr), 10e6 - BOND);
        assertEq(vault.burned(), BOND);
    }

    // --- Silence. ---

    function test_silence_theVerdictStandsTheBondIsBackAndTheSilentPay() public {
        _challenge(JOB);
        _vote(JOB, 1, FRAUD, 0, 1);
        bytes memory shown = _shown(JOB);
        skip(900);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DeadlineNotPassed.selector, _now(), _now()));
        court.closeCase(shown);
        skip(1);
        vm.prank(stranger.addr);
        court.closeCase(shown);
        assertRuling(OK, PRICE, address(0));
        assertState(JOB, JobState.FINAL);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
        assertEq(court.depositOf(judges[0].addr), 5e6, "voted");
        assertEq(court.depositOf(judges[1].addr), 2e6, "silent");
        assertEq(court.depositOf(judges[2].addr), 2e6, "silent");
        assertEq(vault.burned(), 6e6);
    }

    function test_silence_afterTheSettlementsOwnDefaultTheBondIsBackAllTheSame() public {
        _challenge(JOB);
        skip(uint256(settlement.resolveUntilOf(JOB)) - _now() + 1);
        settlement.expireDispute(_shown(JOB));
        bytes memory shown = _shown(JOB);
        bytes memory votes = _votes(JOB, 1, FRAUD, 0, 7);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NotDisputable.selector, JOB));
        court.vote(shown, FRAUD, 0, "reason", 7, votes);
        court.closeCase(shown);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
    }

    // --- Both ways side by side. ---

    function test_bothWays_theVerdictStandsOnlyWhenBothAreOver() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _challenge(JOB);
        _demand(work);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        assertState(JOB, JobState.DISPUTED);
        _vote(JOB, 1, OK, PRICE, 7);
        assertState(JOB, JobState.REPORTED);
        _challenge(JOB);
        _demand(work);
        _vote(JOB, 2, OK, PRICE, 7);
        assertState(JOB, JobState.DISPUTED);
        skip(301);
        court.closeSilent(_shown(JOB), 1);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    function test_bothWays_proofOfAWrongEntryEndsTheCaseAndGivesItsBondBack() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 1);
        _challenge(JOB);
        vm.prank(stranger.addr);
        court.proveWrongEntry(_shown(JOB), work.commit, work.signed, 0, 3, 4, work.opening);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
        assertFalse(court.caseOf(JOB).open);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NoCaseOpen.selector, JOB));
        court.closeCase(shown);
    }

    /// @dev A provider's friend cannot close the window for others by a case of his own.
    function test_bothWays_aFriendsCaseBlocksNobodysDemand() public {
        _fundCredit(stranger.addr, 10e6);
        vm.prank(stranger.addr);
        court.challenge(_shown(JOB), "friend");
        skip(WINDOW_S);
        _demand(_work(JOB, 64, 1, 3, 4, 0));
        skip(301);
        court.closeSilent(_shown(JOB), 0);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    // --- Seats. ---

    function test_namePanel_onlyTheGovernorAndOnlySoundPanels() public {
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NotGovernor.selector, address(this), governor.addr));
        court.namePanel(new address[](0));
        vm.startPrank(governor.addr);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPanelSize.selector, 32, 31));
        court.namePanel(new address[](32));
        address[] memory twice = new address[](2);
        (twice[0], twice[1]) = (stranger.addr, stranger.addr);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.RepeatedMember.selector, stranger.addr));
        court.namePanel(twice);
    }

    function test_namePanel_openCasesKeepTheirs() public {
        _challenge(JOB);
        address[] memory members = new address[](1);
        members[0] = stranger.addr;
        vm.prank(governor.addr);
        court.namePanel(members);
        _vote(JOB, 1, FRAUD, 0, 7);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    function test_leaveSeat_onlyWhenNothingIsLeftToAnswerFor() public {
        address judge = judges[0].addr;
        vm.prank(judge);
        vm.expectRevert(
            abi.encodeWithSelector(IDisputeCourt.StillAnswerable.selector, judge, _now(), type(uint256).max)
        );
        court.leaveSeat();
        _challenge(JOB);
        vm.prank(governor.addr);
        court.namePanel(new address[](0));
        uint256 until = uint256(_now()) + 1_020;
        skip(1_020);
        vm.prank(judge);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.StillAnswerable.selector, judge, until, until));
        court.leaveSeat();
        court.closeCase(_shown(JOB));
        skip(1);
        vm.prank(judge);
        court.leaveSeat();
        assertEq(vault.creditOf(judge), 2e6, "less what silence cost");
        vm.prank(judge);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NothingDeposited.selector, judge));
        court.leaveSeat();
    }

    function test_constructor_refusesParametersOutOfRange() public {
        IDisputeCourt.Wiring memory wiring =
            IDisputeCourt.Wiring(address(1), address(2), address(3), address(4), address(5), address(6), address(0));
        IDisputeCourt.Params memory p = params();
        p.answerWindowS = 0;
        _refuseParams(wiring, p, "answerWindowS", 0, 1, type(uint32).max);
        p = params();
        p.voteWindowS = 0;
        _refuseParams(wiring, p, "voteWindowS", 0, 1, type(uint32).max);
        p = params();
        p.graceS = 0;
        _refuseParams(wiring, p, "graceS", 0, 1, type(uint32).max);
        p = params();
        p.demandsMax = 17;
        _refuseParams(wiring, p, "demandsMax", 17, 1, 16);
        p = params();
        p.forfeitBps = 5_001; // more than half to the counterparty: friends would pay each other
        _refuseParams(wiring, p, "forfeitBps", 5_001, 0, 5_000);
        p = params();
        p.panelPenalty = 5e6 + 1;
        _refuseParams(wiring, p, "panelPenalty", 5e6 + 1, 0, 5e6);
        p = params();
        p.demandBondMin = 0;
        _refuseParams(wiring, p, "demandBondMin", 0, 1, type(uint96).max);
        p = params();
        p.challengeBondMin = 0;
        _refuseParams(wiring, p, "challengeBondMin", 0, 1, type(uint96).max);
    }

    function _refuseParams(
        IDisputeCourt.Wiring memory wiring,
        IDisputeCourt.Params memory p,
        string memory what,
        uint256 got,
        uint256 min,
        uint256 max
    ) private {
        bytes memory reason = abi.encodeWithSelector(IDisputeCourt.ParamOutOfRange.selector, what, got, min, max);
        try this.deployOutside(abi.encode(wiring, p, new address[](0))) {
            assertTrue(false, what);
        } catch (bytes memory thrown) {
            assertEq(thrown, reason);
        }
    }

    function deployOutside(bytes memory arguments) external {
        deploy("DisputeCourt.sol:DisputeCourt", arguments);
    }

    function _refuseChallenge(bytes memory reason) private {
        bytes memory shown = _shown(JOB);
        vm.prank(challenger.addr);
        vm.expectRevert(reason);
        court.challenge(shown, "");
    }

    function _refuseVote(uint64 jobId, uint8 from, uint8 code, uint96 paid) private {
        bytes memory shown = _shown(jobId);
        bytes memory votes = _votes(jobId, 1, code, paid, 7);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.RulingNotAllowed.selector, from, code, paid));
        court.vote(shown, code, paid, "reason", 7, votes);
    }
}
