// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IStakeManager} from "../../src/interfaces/IStakeManager.sol";
import {IJobBook, JobState, WorkCommit, World} from "../World.sol";

/// @title accept, postCommit, fail
contract JobRunTest is World {
    bytes32 private constant INPUT = keccak256("input");

    function test_accept_refusesBeforeAnOfferWasJoined() public {
        Job memory made = _funded();
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.FUNDED));
        market.accept(made.order, 1, 0, made.card, INPUT, signed);
    }

    function test_accept_refusesAnotherOffer() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        market.accept(made.order, 1, keccak256("another offer"), made.card, INPUT, signed);
    }

    function test_accept_refusesAnotherCard() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, INPUT);
        made.card.provider = stranger.addr;
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_postCommit_refusesAnotherOrderThanTheJobs() public {
        Job memory made = _running();
        made.order.specHash = keccak256("easier work");
        WorkCommit memory message = _workCommit(made);
        message.specHash = made.order.specHash;
        _expectCommitRefused(made, message, abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
    }

    function test_accept_refusesAnotherOrder() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, INPUT);
        made.order.runWindowS += 1;
        uint64 otherId = market.jobIdOf(market.hashOrder(made.order), 1);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, otherId, JobState.NONE));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_accept_refusesAfterAcceptUntil() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, INPUT);
        skip(61);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START + 61, START + 60));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_accept_refusesAnotherDevice() public {
        Job memory made = _assigned();
        Account memory second = account("second device");
        _addDevice(provider.addr, second);
        made.device = second;
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongDevice.selector, second.addr, 2, 1));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_accept_refusesASignatureOverAnotherInput() public {
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectPartialRevert(IJobBook.WrongDevice.selector);
        market.accept(made.order, 1, made.offerHash, made.card, keccak256("another input"), signed);
    }

    function test_accept_refusesADeactivatedDevice() public {
        Job memory made = _assigned();
        vm.prank(provider.addr);
        devices.deactivate(device.addr);
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeviceNotActive.selector, device.addr));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_accept_refusesWithoutEnoughFreeStake() public {
        vm.prank(provider.addr);
        stake.requestUnbonding(STAKE - LOCK + 1);
        Job memory made = _assigned();
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, LOCK - 1, LOCK));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_accept_refusesASecondTime() public {
        Job memory made = _running();
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.RUNNING));
        market.accept(made.order, 1, made.offerHash, made.card, INPUT, signed);
    }

    function test_postCommit_refusesBeforeAccept() public {
        Job memory made = _assigned();
        _expectCommitRefused(
            made, _workCommit(made), abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.ASSIGNED)
        );
    }

    function test_postCommit_refusesAfterRunUntil() public {
        Job memory made = _running();
        skip(601);
        _expectCommitRefused(
            made, _workCommit(made), abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START + 601, START + 600)
        );
    }

    function test_postCommit_refusesAnotherJob() public {
        Job memory made = _running();
        WorkCommit memory message = _workCommit(made);
        message.jobId += 1;
        _expectCommitRefused(
            made, message, abi.encodeWithSelector(IJobBook.WrongState.selector, message.jobId, JobState.NONE)
        );
    }

    function test_postCommit_refusesAnotherSpecification() public {
        Job memory made = _running();
        WorkCommit memory message = _workCommit(made);
        message.specHash = keccak256("easier work");
        _expectCommitRefused(made, message, abi.encodeWithSelector(IJobBook.WrongSpec.selector, message.specHash, SPEC));
    }

    function test_postCommit_refusesASignerThatIsNotItsDevice() public {
        Job memory made = _running();
        WorkCommit memory message = _workCommit(made);
        made.device = stranger;
        _expectCommitRefused(
            made, message, abi.encodeWithSelector(IJobBook.WrongSigner.selector, stranger.addr, device.addr)
        );
    }

    function test_postCommit_refusesADeviceThatIsNotTheJobs() public {
        Job memory made = _running();
        made.device = stranger;
        _expectCommitRefused(
            made, _workCommit(made), abi.encodeWithSelector(IJobBook.WrongDevice.selector, stranger.addr, 0, 1)
        );
    }

    function test_fail_refusesBeforeAccept() public {
        Job memory made = _assigned();
        bytes memory signed = _signFail(made, "reason");
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.ASSIGNED));
        market.fail(made.id, made.card, "reason", signed);
    }

    function test_fail_refusesAnotherDevice() public {
        Job memory made = _running();
        made.device = stranger;
        bytes memory signed = _signFail(made, "reason");
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongDevice.selector, stranger.addr, 0, 1));
        market.fail(made.id, made.card, "reason", signed);
    }

    function test_fail_refusesAfterRunUntilSoThatThePenaltyStands() public {
        Job memory made = _running();
        bytes memory signed = _signFail(made, "reason");
        skip(601);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START + 601, START + 600));
        market.fail(made.id, made.card, "reason", signed);
    }

    function test_accept_locksStakeAndRecordsTheEpoch() public {
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("new", 4, false);
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        Job memory made = _running();
        IJobBook.JobView memory shown = market.job(made.id);
        assertState(made.id, JobState.RUNNING);
        assertEq(shown.epoch, 2);
        assertEq(shown.deadline, START + 600);
        assertEq(market.lockOf(PRICE), LOCK);
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(locked, LOCK);
    }

    function test_accept_atAcceptUntilIsInTime() public {
        Job memory made = _assigned();
        skip(60);
        _accept(made);
        assertState(made.id, JobState.RUNNING);
    }

    function test_postCommit_waitsForTheReport() public {
        Job memory made = _committed();
        assertState(made.id, JobState.COMMITTED);
        assertEq(market.job(made.id).deadline, START + 300);
    }

    function test_fail_refundsWithoutPenalty() public {
        Job memory made = _running();
        market.fail(made.id, made.card, "reason", _signFail(made, "reason"));
        _assertRefundedWithoutPenalty(made.id);
    }

    function test_fail_afterCommitRefundsWithoutPenalty() public {
        Job memory made = _committed();
        market.fail(made.id, made.card, "reason", _signFail(made, "reason"));
        _assertRefundedWithoutPenalty(made.id);
    }

    function test_fail_worksForADeactivatedDevice() public {
        Job memory made = _running();
        vm.prank(provider.addr);
        devices.deactivate(device.addr);
        market.fail(made.id, made.card, "reason", _signFail(made, "reason"));
        _assertRefundedWithoutPenalty(made.id);
    }

    function _assertRefundedWithoutPenalty(uint64 jobId) private view {
        assertState(jobId, JobState.REFUNDED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
        assertEq(market.activeJobs(device.addr), 0);
    }

    function _expectCommitRefused(Job memory made, WorkCommit memory message, bytes memory refusal) private {
        bytes memory signed = signature(made.device.key, market.hashWorkCommit(message));
        vm.expectRevert(refusal);
        market.postCommit(made.order, made.offerHash, made.card, message, signed);
    }
}
