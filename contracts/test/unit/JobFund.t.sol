// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IEpochListener} from "../../src/interfaces/IEpochListener.sol";
import {ITokenVault} from "../../src/interfaces/ITokenVault.sol";
import {IJobBook, ITestDollar, JobCard, JobState, Order, Payment, World} from "../World.sol";

/// @dev An ERC-1271 wallet with one owner.
contract Wallet {
    address private immutable OWNER;

    constructor(address owner) {
        OWNER = owner;
    }

    function isValidSignature(bytes32 digest, bytes calldata signature) external view returns (bytes4) {
        address signer = ecrecover(digest, uint8(signature[64]), bytes32(signature[0:32]), bytes32(signature[32:64]));
        return signer == OWNER ? this.isValidSignature.selector : bytes4(0);
    }
}

contract JobFundTest is World {
    function test_fund_refusesWhilePaused() public {
        vm.prank(governor.addr);
        market.pauseNewJobs();
        _expectRefused(_order(), abi.encodeWithSelector(IJobBook.NewJobsArePaused.selector));
    }

    function test_fund_refusesALaneThatThereIsNot() public {
        Order memory order = _order();
        order.lane = 5;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.UnsupportedLane.selector, 5));
    }

    function test_fund_takesAnOrderWithACallback() public {
        Order memory order = _order();
        order.callback = address(9);
        order.callbackGas = 100_000;
        assertState(_funded(order).id, JobState.FUNDED);
    }

    function test_fund_refusesGradeZero() public {
        Order memory order = _order();
        order.grade = 0;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.UnknownGrade.selector, 0));
    }

    function test_fund_refusesGradeSix() public {
        Order memory order = _order();
        order.grade = 6;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.UnknownGrade.selector, 6));
    }

    function test_fund_refusesNothing() public {
        Order memory order = _order();
        order.amount = 0;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.ZeroAmount.selector));
    }

    function test_fund_refusesNoConsumer() public {
        Order memory order = _order();
        order.consumer = address(0);
        _expectRefused(order, abi.encodeWithSelector(IJobBook.ZeroAddress.selector));
    }

    function test_fund_refusesAnOrderThatNobodyMayJoin() public {
        Order memory order = _order();
        order.matcher = address(0);
        _expectRefused(order, abi.encodeWithSelector(IJobBook.NobodyMayJoin.selector));
    }

    function test_fund_refusesNoAttempt() public {
        Order memory order = _order();
        order.attemptsMax = 0;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.WrongAttempts.selector, 0, 3));
    }

    function test_fund_refusesTooManyAttempts() public {
        Order memory order = _order();
        order.attemptsMax = 4;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.WrongAttempts.selector, 4, 3));
    }

    function test_fund_refusesAFeeAboveThePayersBound() public {
        Order memory order = _order();
        order.feeBpsMax = 249;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.FeeAboveBound.selector, 250, 249));
    }

    function test_fund_refusesAfterTheOrderDeadline() public {
        Order memory order = _order();
        order.orderDeadline = START - 1;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START, START - 1));
    }

    function test_fund_refusesADeadlineTooFarAway() public {
        Order memory order = _order();
        order.orderDeadline = START + 7 days + 1;
        _expectRefused(
            order, abi.encodeWithSelector(IJobBook.DeadlineTooFar.selector, START + 7 days + 1, START + 7 days)
        );
    }

    function test_fund_refusesAnAcceptWindowTooShort() public {
        Order memory order = _order();
        order.acceptWindowS = 9;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.WindowOutOfRange.selector, 9, 10, 86_400));
    }

    function test_fund_refusesARunWindowTooLong() public {
        Order memory order = _order();
        order.runWindowS = 86_401;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.WindowOutOfRange.selector, 86_401, 10, 86_400));
    }

    function test_fund_refusesAReportWindowTooShort() public {
        Order memory order = _order();
        order.reportWindowS = 0;
        _expectRefused(order, abi.encodeWithSelector(IJobBook.WindowOutOfRange.selector, 0, 10, 86_400));
    }

    function test_fund_refusesAnotherSignersOrder() public {
        Order memory order = _order();
        Payment memory payment = Payment(0, 0, signature(stranger.key, market.hashOrder(order)));
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongConsumerSignature.selector, consumer.addr));
        market.fund(order, payment);
    }

    function test_fund_refusesASignatureOverAnotherOrder() public {
        Order memory order = _order();
        Payment memory payment = _priorBalance(order);
        order.amount -= 1;
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongConsumerSignature.selector, consumer.addr));
        market.fund(order, payment);
    }

    function test_fund_refusesMoreThanTheCredit() public {
        Order memory order = _order();
        order.amount = 1_001e6;
        _expectRefused(
            order, abi.encodeWithSelector(ITokenVault.CreditTooSmall.selector, consumer.addr, 1_000e6, 1_001e6)
        );
    }

    function test_fund_refusesAUsedOrder() public {
        Order memory order = _order();
        uint64 jobId = market.fund(order, _priorBalance(order));
        _expectRefused(order, abi.encodeWithSelector(IJobBook.OrderConsumed.selector, jobId));
    }

    function test_fund_refusesAUsedOrderEvenAfterItsJobEnded() public {
        Order memory order = _order();
        uint64 jobId = market.fund(order, _priorBalance(order));
        _cancel(jobId, order);
        _expectRefused(order, abi.encodeWithSelector(IJobBook.OrderConsumed.selector, jobId));
    }

    function test_fund_refusesAnAuthorisationForAnotherOrder() public {
        Order memory order = _order();
        order.lane = 1;
        Payment memory payment = _authorisation(consumer, order.amount, market.hashOrder(order));
        order.resultKey = keccak256("thief's key");
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.InvalidAuthorization.selector, consumer.addr));
        market.fund(order, payment);
    }

    function test_fund_refusesACancelledAuthorisation() public {
        Order memory order = _order();
        order.lane = 1;
        bytes32 nonce = market.hashOrder(order);
        Payment memory payment = _authorisation(consumer, order.amount, nonce);
        bytes32 structHash = keccak256(abi.encode(dollar.CANCEL_AUTHORIZATION_TYPEHASH(), consumer.addr, nonce));
        bytes32 digest = keccak256(abi.encodePacked(hex"1901", dollar.DOMAIN_SEPARATOR(), structHash));
        dollar.cancelAuthorization(consumer.addr, nonce, signature(consumer.key, digest));
        vm.expectRevert(abi.encodeWithSelector(ITestDollar.AuthorizationAlreadyUsed.selector, consumer.addr, nonce));
        market.fund(order, payment);
    }

    function test_pauseNewJobs_refusesAnyoneButTheGovernor() public {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.MayNotPause.selector, stranger.addr));
        vm.prank(stranger.addr);
        market.pauseNewJobs();
    }

    function test_fund_takesThePaymentOutOfCredit() public {
        Job memory made = _funded();
        assertState(made.id, JobState.FUNDED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - AMOUNT);
        assertEq(vault.ledgerOf(address(market)), AMOUNT);
        IJobBook.JobView memory shown = market.job(made.id);
        assertEq(shown.deadline, START + 1 hours);
        assertTrue(market.isBoundTo(made.id, made.card));
    }

    function test_fund_takesThePaymentOutOfTheWalletWithOneSignature() public {
        Order memory order = _order();
        order.lane = 1;
        bytes32 orderHash = market.hashOrder(order);
        vm.prank(stranger.addr);
        uint64 jobId = market.fund(order, _authorisation(consumer, order.amount, orderHash));
        assertState(jobId, JobState.FUNDED);
        assertEq(dollar.balanceOf(consumer.addr), 1_000e6 - AMOUNT);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(vault.ledgerOf(address(market)), AMOUNT);
        assertTrue(dollar.authorizationState(consumer.addr, orderHash));
    }

    function test_fund_acceptsTheSignatureOfAContractWallet() public {
        Order memory order = _order();
        order.consumer = address(new Wallet(consumer.addr));
        _fundCredit(order.consumer, AMOUNT);
        uint64 jobId = market.fund(order, Payment(0, 0, signature(consumer.key, market.hashOrder(order))));
        assertState(jobId, JobState.FUNDED);
        assertEq(vault.creditOf(order.consumer), 0);
    }

    function test_fund_emitsWhatRebuildsTheJob() public {
        Order memory order = _order();
        bytes32 orderHash = market.hashOrder(order);
        uint64 jobId = market.jobIdOf(orderHash, 1);
        Payment memory payment = _priorBalance(order);
        vm.expectEmit(address(market));
        emit IJobBook.JobFunded(jobId, orderHash, consumer.addr, AMOUNT, 1, START + 1 hours);
        market.fund(order, payment);
    }

    function test_fund_needsNoSignatureWhereTheConsumerCalls() public {
        Order memory order = _order();
        vm.prank(consumer.addr);
        uint64 jobId = market.fund(order, Payment(0, 0, ""));
        assertState(jobId, JobState.FUNDED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - AMOUNT);
    }

    function test_fund_refusesAnotherCallerWithoutASignature() public {
        Order memory order = _order();
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongConsumerSignature.selector, consumer.addr));
        vm.prank(stranger.addr);
        market.fund(order, Payment(0, 0, ""));
    }

    function test_pauseNewJobs_runsOutByItself() public {
        vm.prank(governor.addr);
        market.pauseNewJobs();
        skip(7 days);
        Order memory order = _order();
        _expectRefused(order, abi.encodeWithSelector(IJobBook.NewJobsArePaused.selector));
        skip(1);
        assertFalse(market.newJobsPaused());
        assertState(_funded().id, JobState.FUNDED);
    }

    function test_pauseNewJobs_byTheGuardianCannotBeChained() public {
        vm.startPrank(guardian.addr);
        market.pauseNewJobs();
        uint256 until = market.pausedUntil();
        vm.expectRevert(abi.encodeWithSelector(IJobBook.PausedTooRecently.selector, START, until + 7 days));
        market.pauseNewJobs();
        vm.warp(until + 7 days + 1);
        market.pauseNewJobs();
        vm.stopPrank();
        assertTrue(market.newJobsPaused());
    }

    function test_pauseNewJobs_byTheGovernorMayBeProlonged() public {
        vm.startPrank(governor.addr);
        market.pauseNewJobs();
        skip(6 days);
        market.pauseNewJobs();
        vm.stopPrank();
        assertEq(market.pausedUntil(), START + 13 days);
    }

    function test_resumeNewJobs_refusesTheGuardian() public {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotGovernor.selector, guardian.addr, governor.addr));
        vm.prank(guardian.addr);
        market.resumeNewJobs();
    }

    function test_onEpoch_refusesAnyoneButTheCommittee() public {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotCommittee.selector, stranger.addr, address(committee)));
        vm.prank(stranger.addr);
        IEpochListener(address(market)).onEpoch(2);
    }

    function test_onEpoch_refusesToGoBack() public {
        vm.startPrank(address(committee));
        IEpochListener(address(market)).onEpoch(3);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongEpoch.selector, 3, 4));
        IEpochListener(address(market)).onEpoch(3);
        vm.stopPrank();
    }

    function test_resumeNewJobs_letsNewJobsIn() public {
        vm.startPrank(governor.addr);
        market.pauseNewJobs();
        market.resumeNewJobs();
        vm.stopPrank();
        assertState(_funded().id, JobState.FUNDED);
    }

    function _cancel(uint64 jobId, Order memory order) private {
        bytes32 terms = keccak256(abi.encode(market.hashOrder(order), bytes32(0)));
        JobCard memory card = JobCard(terms, order.consumer, address(0), 0, order.amount);
        vm.prank(consumer.addr);
        market.cancel(jobId, card);
    }

    function _expectRefused(Order memory order, bytes memory refusal) private {
        Payment memory payment = _priorBalance(order);
        vm.expectRevert(refusal);
        market.fund(order, payment);
    }
}
