// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {CourtWorld, IDisputeCourt, JobState} from "../CourtWorld.sol";

/// @title Way (a): demands, answers, silence, and proof without a demand
contract OpeningDemandsTest is CourtWorld {
    // --- Refusals of a demand. ---

    function test_demand_refusesAVerdictThatPaysNothing() public {
        _put(JOB, FAILED, 0);
        _refuseDemand(
            _work(JOB, 64, 1, 0, 0, 0), abi.encodeWithSelector(IDisputeCourt.VerdictPaysNothing.selector, JOB, FAILED)
        );
    }

    function test_demand_refusesAfterTheWindow() public {
        uint40 until = _now() + WINDOW_S;
        skip(WINDOW_S + 1);
        _refuseDemand(
            _work(JOB, 64, 1, 0, 0, 0),
            abi.encodeWithSelector(IDisputeCourt.WindowClosed.selector, uint256(until) + 1, until)
        );
    }

    function test_demand_refusesWorkOfAnotherKind() public {
        Work memory work = _work(JOB, 64, 1, 0, 0, 0);
        work.commit.seed = 0; // embeddings have none
        work.signed = signature(device.key, _hashCommit(work.commit));
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.NotMatrixWork.selector, bytes32(0), 64));
    }

    function test_demand_refusesASizeThatNoMatrixHas() public {
        Work memory work = _work(JOB, 64, 1, 0, 0, 0);
        work.commit.rows = 96;
        work.signed = signature(device.key, _hashCommit(work.commit));
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.NotMatrixWork.selector, work.commit.seed, 96));
    }

    function test_demand_refusesGivenOperandsAbove8192() public {
        Work memory work = _work(JOB, 16_384, 1, 0, 0, 0);
        work.commit.seed = GIVEN;
        work.signed = signature(device.key, _hashCommit(work.commit));
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.NotMatrixWork.selector, GIVEN, 16_384));
    }

    function test_demand_refusesEntriesBeyondTheMatrixAndRoundsBeyondTheLast() public {
        Work memory work = _work(JOB, 64, 2, 0, 0, 0);
        work.round = 2;
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.EntryOutOfRange.selector, 2, 2));
        (work.round, work.i) = (1, 64);
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.EntryOutOfRange.selector, 64, 64));
        (work.i, work.j) = (0, 64);
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.EntryOutOfRange.selector, 64, 64));
    }

    function test_demand_refusesTheCommitmentOfAnotherJob() public {
        Work memory work = _work(JOB, 64, 1, 0, 0, 0);
        _put(78, OK, PRICE);
        bytes memory shown = _shown(78);
        vm.prank(challenger.addr);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongJob.selector, JOB, 78));
        court.demandOpening(shown, work.commit, work.signed, 0, 0, 0);
    }

    /// @dev Else whoever makes up a commitment could have any provider slashed for not opening it.
    function test_demand_refusesACommitmentThatTheDeviceDidNotSign() public {
        Work memory work = _work(JOB, 64, 1, 0, 0, 0);
        work.signed = signature(stranger.key, _hashCommit(work.commit));
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.WrongDevice.selector, stranger.addr, 0, deviceIndex));
        Account memory other = account("another device");
        uint40 index = _addDevice(provider.addr, other);
        work.signed = signature(other.key, _hashCommit(work.commit));
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.WrongDevice.selector, other.addr, index, deviceIndex));
    }

    function test_demand_costsTwiceTheOneBeforeAndEnds() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        uint256 credit = vault.creditOf(challenger.addr);
        for (uint256 k = 0; k < 5; ++k) {
            (uint96 bond,) = court.bondsOf(JOB, PRICE);
            assertEq(bond, uint256(BOND) << k);
            assertEq(_demand(work), k);
            credit -= bond;
            assertEq(vault.creditOf(challenger.addr), credit);
        }
        _refuseDemand(work, abi.encodeWithSelector(IDisputeCourt.TooManyDemands.selector, JOB, 5));
        assertEq(vault.ledgerOf(address(court)), 31 * BOND + 15e6); // and the seats'
    }

    // --- Answers. ---

    function test_answer_withTheRightEntryTakesTheBondAndTheVerdictStands() public {
        Work memory work = _work(JOB, 128, 2, 77, 99, 0);
        _demand(work);
        assertState(JOB, JobState.DISPUTED);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        assertEq(vault.creditOf(provider.addr), BOND / 2);
        assertEq(vault.burned(), BOND / 2);
        assertState(JOB, JobState.REPORTED);
        assertRuling(OK, PRICE, address(0));
        assertDemand(0, IDisputeCourt.DemandStatus.ANSWERED);
    }

    function test_answer_withTheWrongEntryIsFraudAtOnce() public {
        Work memory work = _work(JOB, 128, 2, 77, 99, 1);
        uint256 credit = vault.creditOf(challenger.addr);
        _demand(work);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        assertEq(vault.creditOf(challenger.addr), credit, "the bond is back");
        assertState(JOB, JobState.FINAL);
        assertRuling(FRAUD, 0, challenger.addr);
        (,, bool ended) = court.disputeOf(JOB);
        assertTrue(ended);
    }

    function test_answer_ofGivenOperands() public {
        Work memory work = _workOfGiven(JOB, 256, 200, 100, 0);
        _demand(work);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        assertDemand(0, IDisputeCourt.DemandStatus.ANSWERED);
        work = _workOfGiven(JOB, 256, 200, 100, -64);
        _demand(work);
        court.answerOpening(_shown(JOB), 1, work.commit, work.opening);
        assertDemand(1, IDisputeCourt.DemandStatus.WON);
        assertRuling(FRAUD, 0, challenger.addr);
    }

    function test_answer_thatLeadsNowhereIsNone() public {
        Work memory work = _work(JOB, 128, 2, 77, 99, 0);
        _demand(work);
        bytes memory shown = _shown(JOB);
        work.opening.chunk[0] ^= 0x01;
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "chunk"));
        court.answerOpening(shown, 0, work.commit, work.opening);
        work.opening.chunk[0] ^= 0x01;
        work.opening.rowPath[3] ^= bytes32(uint256(1));
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "row"));
        court.answerOpening(shown, 0, work.commit, work.opening);
        work.opening.rowPath[3] ^= bytes32(uint256(1));
        work.opening.roundPath[0] ^= bytes32(uint256(1));
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "round"));
        court.answerOpening(shown, 0, work.commit, work.opening);
        work.opening.roundPath[0] ^= bytes32(uint256(1));
        work.opening.previousRoot ^= bytes32(uint256(1)); // another seed, for which other entries would be right
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "previous"));
        court.answerOpening(shown, 0, work.commit, work.opening);
        work.opening.previousRoot ^= bytes32(uint256(1));
        court.answerOpening(shown, 0, work.commit, work.opening);
    }

    function test_answer_ofGivenOperandsThatLeadsNowhereIsNone() public {
        Work memory work = _workOfGiven(JOB, 256, 200, 100, 0);
        _demand(work);
        bytes memory shown = _shown(JOB);
        work.opening.rowA[5] ^= 0x01;
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "operands of A"));
        court.answerOpening(shown, 0, work.commit, work.opening);
        work.opening.rowA[5] ^= 0x01;
        work.opening.rowB[5] ^= 0x01;
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongPath.selector, "operands of B"));
        court.answerOpening(shown, 0, work.commit, work.opening);
        work.opening.rowB = bytes.concat(work.opening.rowB, hex"00");
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongOperandBytes.selector, 129, 128));
        court.answerOpening(shown, 0, work.commit, work.opening);
    }

    function test_answer_refusesAnotherCommitment() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _demand(work);
        Work memory other = _work(JOB, 64, 1, 3, 4, 5);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeCourt.WrongCommit.selector, _hashCommit(other.commit), _hashCommit(work.commit)
            )
        );
        court.answerOpening(shown, 0, other.commit, other.opening);
    }

    function test_answer_worksUpToTheDeadlineAndSilenceLosesAfterIt() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _demand(work);
        uint40 until = _now() + 300;
        bytes memory shown = _shown(JOB);
        skip(300);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DeadlineNotPassed.selector, until, until));
        court.closeSilent(shown, 0);
        uint256 snapshot = vm.snapshotState();
        court.answerOpening(shown, 0, work.commit, work.opening);
        vm.revertToState(snapshot);
        skip(1);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DeadlinePassed.selector, uint256(until) + 1, until));
        court.answerOpening(shown, 0, work.commit, work.opening);
        vm.prank(stranger.addr);
        court.closeSilent(shown, 0);
        assertRuling(FRAUD, 0, challenger.addr);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
        assertEq(vault.creditOf(stranger.addr), 0);
    }

    function test_answer_ofAnAnsweredDemandIsRefused() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _demand(work);
        bytes memory shown = _shown(JOB);
        court.answerOpening(shown, 0, work.commit, work.opening);
        bytes memory reason = abi.encodeWithSelector(
            IDisputeCourt.WrongDemandStatus.selector, JOB, 0, IDisputeCourt.DemandStatus.ANSWERED
        );
        vm.expectRevert(reason);
        court.answerOpening(shown, 0, work.commit, work.opening);
        skip(301);
        vm.expectRevert(reason);
        court.closeSilent(shown, 0);
    }

    function test_answer_leavesOtherDemandsOpen() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _demand(work);
        _demand(work);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        assertState(JOB, JobState.DISPUTED);
        court.answerOpening(_shown(JOB), 1, work.commit, work.opening);
        assertState(JOB, JobState.REPORTED);
    }

    function test_answeredAfterTheWindow_theVerdictIsFinal() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        skip(WINDOW_S);
        _demand(work);
        skip(300);
        court.answerOpening(_shown(JOB), 0, work.commit, work.opening);
        assertState(JOB, JobState.FINAL);
    }

    // --- Proof without a demand. ---

    function test_prove_needsNoBondAndEndsTheDispute() public {
        Work memory work = _work(JOB, 1_024, 2, 1_023, 512, -1);
        vm.prank(stranger.addr);
        court.proveWrongEntry(_shown(JOB), work.commit, work.signed, work.round, work.i, work.j, work.opening);
        assertState(JOB, JobState.FINAL);
        assertRuling(FRAUD, 0, stranger.addr);
    }

    function test_prove_refusesARightEntry() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.EntryIsRight.selector, work.entry));
        court.proveWrongEntry(shown, work.commit, work.signed, 0, 3, 4, work.opening);
    }

    function test_prove_refusesACommitmentThatTheDeviceDidNotSign() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 1);
        work.signed = signature(stranger.key, _hashCommit(work.commit));
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.WrongDevice.selector, stranger.addr, 0, deviceIndex));
        court.proveWrongEntry(shown, work.commit, work.signed, 0, 3, 4, work.opening);
    }

    /// @dev Any entry of the work, not another one whose value happens to fit.
    function testFuzz_prove_takesTheEntryAtItsPlaceOnly(uint256 i, uint256 j) public {
        Work memory work = _work(JOB, 128, 1, 77, 99, 0);
        i = bound(i, 0, 127);
        j = bound(j, 0, 127);
        if (i == 77 && j / 64 == 1) return;
        bytes memory shown = _shown(JOB);
        vm.expectPartialRevert(IDisputeCourt.WrongPath.selector);
        court.proveWrongEntry(shown, work.commit, work.signed, 0, uint32(i), uint32(j), work.opening);
    }

    // --- Bonds of demands that the end overtakes. ---

    function test_returnBond_afterANewVerdict() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _demand(work);
        bytes memory shown = _shown(JOB);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.StillDisputed.selector, JOB));
        court.returnBond(shown, 0);
        Work memory wrong = _work(JOB, 64, 1, 3, 4, 1);
        court.proveWrongEntry(shown, wrong.commit, wrong.signed, 0, 3, 4, wrong.opening);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DisputeEnded.selector, JOB));
        court.answerOpening(shown, 0, work.commit, work.opening);
        court.returnBond(shown, 0);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
        assertDemand(0, IDisputeCourt.DemandStatus.RETURNED);
        vm.expectRevert(
            abi.encodeWithSelector(
                IDisputeCourt.WrongDemandStatus.selector, JOB, 0, IDisputeCourt.DemandStatus.RETURNED
            )
        );
        court.returnBond(shown, 0);
    }

    function test_returnBond_afterTheSettlementsOwnDefault() public {
        Work memory work = _work(JOB, 64, 1, 3, 4, 0);
        _demand(work);
        bytes memory shown = _shown(JOB);
        skip(uint256(settlement.resolveUntilOf(JOB)) - _now() + 1);
        settlement.expireDispute(shown);
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.NotDisputable.selector, JOB));
        court.closeSilent(shown, 0);
        court.returnBond(shown, 0);
        assertEq(vault.creditOf(challenger.addr), 1_000e6);
    }

    /// @dev Whoever was silent cannot be first with the settlement's default.
    function test_resolveUntil_leavesTimeAfterEveryDeadline() public {
        skip(WINDOW_S);
        _demand(_work(JOB, 64, 1, 3, 4, 0));
        assertEq(settlement.resolveUntilOf(JOB), _now() + 900 + 120);
    }

    function test_disputeEnded_refusesEverythingMore() public {
        Work memory wrong = _work(JOB, 64, 1, 3, 4, 1);
        bytes memory shown = _shown(JOB);
        court.proveWrongEntry(shown, wrong.commit, wrong.signed, 0, 3, 4, wrong.opening);
        _refuseDemand(wrong, abi.encodeWithSelector(IDisputeCourt.DisputeEnded.selector, JOB));
        vm.expectRevert(abi.encodeWithSelector(IDisputeCourt.DisputeEnded.selector, JOB));
        court.proveWrongEntry(shown, wrong.commit, wrong.signed, 0, 3, 4, wrong.opening);
    }

    function _refuseDemand(Work memory work, bytes memory reason) private {
        bytes memory shown = _shown(work.commit.jobId);
        vm.prank(challenger.addr);
        vm.expectRevert(reason);
        court.demandOpening(shown, work.commit, work.signed, work.round, work.i, work.j);
    }

    function assertDemand(uint8 number, IDisputeCourt.DemandStatus want) private view {
        assertEq(uint256(court.demandOf(JOB, number).status), uint256(want));
    }
}
