// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobBook, JobCard, JobState, Order, ShownJob, World} from "../World.sol";

/// @title cancel, expire, retry
contract JobDefaultsTest is World {
    function test_cancel_refusesAnyoneButTheConsumer() public {
        Job memory made = _funded();
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotConsumer.selector, stranger.addr, consumer.addr));
        vm.prank(stranger.addr);
        market.cancel(made.id, made.card);
    }

    function test_cancel_refusesAfterAccept() public {
        Job memory made = _running();
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.RUNNING));
        vm.prank(consumer.addr);
        market.cancel(made.id, made.card);
    }

    function test_cancel_refusesASecondTime() public {
        Job memory made = _funded();
        vm.startPrank(consumer.addr);
        market.cancel(made.id, made.card);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.CANCELLED));
        market.cancel(made.id, made.card);
        vm.stopPrank();
    }

    function test_cancel_refusesAfterTheDeadline() public {
        Job memory made = _funded();
        skip(1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START + 1 hours + 1, START + 1 hours));
        vm.prank(consumer.addr);
        market.cancel(made.id, made.card);
    }

    function test_expire_refusesAnUnknownJob() public {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, 7, JobState.NONE));
        _expire(7);
    }

    function test_expire_refusesAnotherCard() public {
        Job memory made = _assigned();
        skip(61);
        cards[made.id].consumer = stranger.addr;
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        _expire(made.id);
    }

    function test_cancel_refusesACardOfTheCallers() public {
        Job memory made = _funded();
        made.card.consumer = stranger.addr;
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        vm.prank(stranger.addr);
        market.cancel(made.id, made.card);
    }

    function test_expire_refusesAFundedJobAtItsDeadline() public {
        _expectTooEarly(_funded().id, 1 hours);
    }

    function test_expire_refusesAnAssignedJobAtItsDeadline() public {
        _expectTooEarly(_assigned().id, 60);
    }

    function test_expire_refusesARunningJobAtItsDeadline() public {
        _expectTooEarly(_running().id, 600);
    }

    function test_expire_refusesACommittedJobAtItsDeadline() public {
        _expectTooEarly(_committed().id, 300);
    }

    function test_expire_refusesAnExtendedJobAtItsNewDeadline() public {
        Job memory made = _committed();
        skip(301);
        _expire(made.id);
        _expectTooEarly(made.id, 299);
    }

    function test_expire_refusesAReportedJob() public {
        Job memory made = _settled(OK, PRICE);
        skip(30 days);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
        _expire(made.id);
    }

    function test_expire_refusesASecondTime() public {
        Job memory made = _funded();
        skip(1 hours + 1);
        _expire(made.id);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.EXPIRED));
        _expire(made.id);
    }

    function test_expire_leavesStrangersTheRetryFirst() public {
        Job memory made = _assigned(_retryable());
        skip(60 + 120);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlineNotPassed.selector, START + 180, START + 180));
        vm.prank(stranger.addr);
        _expire(made.id);
    }

    function test_retry_refusesBeforeAcceptUntil() public {
        Job memory made = _assigned(_retryable());
        skip(60);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlineNotPassed.selector, START + 60, START + 60));
        market.retry(made.order, 1, made.offerHash, made.card);
    }

    function test_retry_refusesTheLastAttempt() public {
        Job memory made = _assigned();
        skip(61);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NoAttemptLeft.selector, made.id));
        market.retry(made.order, 1, made.offerHash, made.card);
    }

    function test_retry_refusesAnOrderForOneOffer() public {
        Order memory order = _retryable();
        Job memory made;
        made.device = device;
        made.offer = _offer();
        order.offerHash = market.hashOffer(made.offer);
        made.order = order;
        made.orderHash = market.hashOrder(order);
        made.id = market.fund(order, _priorBalance(order));
        _fund(made, order.amount);
        _join(made, 1, made.offer);
        skip(61);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NoAttemptLeft.selector, made.id));
        market.retry(order, 1, order.offerHash, made.card);
    }

    function test_retry_refusesAfterTheOrderDeadline() public {
        Job memory made = _assigned(_retryable());
        skip(1 hours + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlinePassed.selector, START + 1 hours + 1, START + 1 hours));
        market.retry(made.order, 1, made.offerHash, made.card);
    }

    function test_retry_refusesARunningJob() public {
        Job memory made = _assigned(_retryable());
        _accept(made);
        skip(601);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.RUNNING));
        market.retry(made.order, 1, made.offerHash, made.card);
    }

    function test_cancel_refundsAFundedJob() public {
        Job memory made = _funded();
        vm.prank(consumer.addr);
        market.cancel(made.id, made.card);
        assertState(made.id, JobState.CANCELLED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
    }

    function test_cancel_refundsAnAssignedJobAndFreesTheDevice() public {
        Job memory made = _assigned();
        vm.prank(consumer.addr);
        market.cancel(made.id, made.card);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(market.activeJobs(device.addr), 0);
    }

    function test_expire_worksWhileNewJobsArePaused() public {
        Job memory made = _funded();
        vm.prank(governor.addr);
        market.pauseNewJobs();
        skip(1 hours + 1);
        _expire(made.id);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
    }

    function test_expire_refundsAFundedJob() public {
        Job memory made = _funded();
        skip(1 hours + 1);
        vm.prank(stranger.addr);
        _expire(made.id);
        assertState(made.id, JobState.EXPIRED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
    }

    function test_expire_refundsAnAssignedJobWithoutPenalty() public {
        Job memory made = _assigned();
        skip(61);
        _expire(made.id);
        assertState(made.id, JobState.EXPIRED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
        assertEq(market.activeJobs(device.addr), 0);
    }

    function test_expire_refundsARunningJobAndPenalisesTheProvider() public {
        Job memory made = _running();
        skip(601);
        _expire(made.id);
        assertState(made.id, JobState.REFUNDED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6, "the price and no more");
        assertEq(stake.freeStakeOf(provider.addr), STAKE - 1e6, "a tenth of the price");
        stake.flushSlashed();
        assertEq(vault.burned(), 500_000);
        assertEq(vault.creditOf(insurance), 500_000);
        assertEq(market.activeJobs(device.addr), 0);
    }

    function test_expire_extendsACommittedJobOnceThenRefundsWithoutPenalty() public {
        Job memory made = _committed();
        skip(301);
        _expire(made.id);
        assertState(made.id, JobState.COMMITTED);
        assertTrue(market.job(made.id).extended);
        assertEq(market.job(made.id).deadline, START + 600, "from the old deadline, not from the call");
        skip(300);
        _expire(made.id);
        assertState(made.id, JobState.REFUNDED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
    }

    function test_expire_lateEnoughEndsACommittedJobInOneTransaction() public {
        Job memory made = _committed();
        skip(601);
        ShownJob[] memory twice = new ShownJob[](2);
        (twice[0], twice[1]) = (ShownJob(made.id, made.card), ShownJob(made.id, made.card));
        market.expire(twice);
        assertState(made.id, JobState.REFUNDED);
    }

    function test_expire_byTheConsumerNeedNotWaitForARetry() public {
        Job memory made = _assigned(_retryable());
        skip(61);
        vm.prank(consumer.addr);
        _expire(made.id);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
    }

    function test_expire_byStrangersAfterTheGraceEndsARetryableJob() public {
        Job memory made = _assigned(_retryable());
        skip(60 + 120 + 1);
        vm.prank(stranger.addr);
        _expire(made.id);
        assertState(made.id, JobState.EXPIRED);
    }

    function test_retry_opensTheNextAttemptPaidFromTheRefund() public {
        Job memory made = _assigned(_retryable());
        uint64 first = made.id;
        skip(61);
        vm.prank(stranger.addr);
        vm.expectEmit(address(market));
        emit IJobBook.JobExpired(first, JobState.ASSIGNED);
        vm.expectEmit(address(market));
        emit IJobBook.JobRefunded(first, consumer.addr, uint96(PRICE));
        uint64 next = market.retry(made.order, 1, made.offerHash, made.card);
        assertEq(next, market.jobIdOf(made.orderHash, 2));
        assertState(first, JobState.EXPIRED);
        assertState(next, JobState.FUNDED);
        JobCard memory card = JobCard(_terms(made.orderHash, 0), consumer.addr, address(0), 0, PRICE);
        assertTrue(market.isBoundTo(next, card), "for the price that was joined first");
        assertEq(market.job(next).deadline, made.order.orderDeadline);
        assertEq(vault.ledgerOf(address(market)), PRICE);
        assertEq(market.activeJobs(device.addr), 0);
        _join(made, 2, _offer());
        assertState(next, JobState.ASSIGNED);
    }

    function test_retry_endsAtAttemptsMax() public {
        Job memory made = _assigned(_retryable());
        skip(61);
        market.retry(made.order, 1, made.offerHash, made.card);
        _join(made, 2, _offer());
        skip(61);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NoAttemptLeft.selector, made.id));
        market.retry(made.order, 2, made.offerHash, made.card);
        vm.prank(stranger.addr);
        _expire(made.id);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
    }

    function _retryable() private returns (Order memory order) {
        order = _order();
        order.attemptsMax = 2;
    }

    function _expectTooEarly(uint64 jobId, uint256 windowS) private {
        skip(windowS);
        uint40 deadline = market.job(jobId).deadline;
        vm.expectRevert(abi.encodeWithSelector(IJobBook.DeadlineNotPassed.selector, deadline, deadline));
        _expire(jobId);
    }
}
