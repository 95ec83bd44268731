// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobBook} from "../../src/interfaces/IJobBook.sol";
import {IStakeManager} from "../../src/interfaces/IStakeManager.sol";
import {BatchItem, JobState, Offer, Order, Payment, World} from "../World.sol";

/// @title openAccepted, openBatch
contract JobOpenAcceptedTest is World {
    bytes32 private constant INPUT = keccak256("input");

    function test_openAccepted_refusesAnAcceptOfAnotherKey() public {
        Job memory made = _made(_order());
        made.device = stranger;
        _expectRefused(made, abi.encodeWithSelector(IJobBook.WrongSigner.selector, stranger.addr, device.addr));
    }

    function test_openAccepted_refusesAnAcceptOfAnotherOffer() public {
        Job memory made = _made(_order());
        bytes memory signed = _signAccept(made, INPUT);
        made.offer.price -= 1;
        Payment memory payment = _priorBalance(made.order);
        vm.expectPartialRevert(IJobBook.WrongSigner.selector);
        vm.prank(matcher.addr);
        market.openAccepted(made.order, payment, made.offer, INPUT, signed);
    }

    function test_openAccepted_refusesAnAcceptOfAnotherInput() public {
        Job memory made = _made(_order());
        bytes memory signed = _signAccept(made, keccak256("another input"));
        Payment memory payment = _priorBalance(made.order);
        vm.expectPartialRevert(IJobBook.WrongSigner.selector);
        vm.prank(matcher.addr);
        market.openAccepted(made.order, payment, made.offer, INPUT, signed);
    }

    function test_openAccepted_refusesAnyoneButTheMatcher() public {
        Job memory made = _made(_order());
        bytes memory signed = _signAccept(made, INPUT);
        Payment memory payment = _priorBalance(made.order);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotMatcher.selector, stranger.addr, matcher.addr));
        vm.prank(stranger.addr);
        market.openAccepted(made.order, payment, made.offer, INPUT, signed);
    }

    function test_openAccepted_refusesAnExpiredOfferThoughItWasAccepted() public {
        Job memory made = _made(_order());
        made.offer.expiry = START - 1;
        _match(made, made.offer);
        _expectRefused(made, abi.encodeWithSelector(IJobBook.OfferExpired.selector, START, START - 1));
    }

    function test_openAccepted_refusesAWithdrawnOfferThoughItWasAccepted() public {
        Job memory made = _made(_order());
        vm.prank(device.addr);
        market.raiseNonceFloor(device.addr, made.offer.nonce + 1);
        _expectRefused(
            made, abi.encodeWithSelector(IJobBook.OfferWithdrawn.selector, made.offer.nonce, made.offer.nonce + 1)
        );
    }

    function test_openAccepted_refusesASecondTime() public {
        Job memory made = _open(_order());
        _expectRefused(made, abi.encodeWithSelector(IJobBook.OrderConsumed.selector, made.id));
    }

    function test_openAccepted_refusesWhilePaused() public {
        Job memory made = _made(_order());
        vm.prank(guardian.addr);
        market.pauseNewJobs();
        _expectRefused(made, abi.encodeWithSelector(IJobBook.NewJobsArePaused.selector));
    }

    function test_openAccepted_refusesWithoutEnoughFreeStake() public {
        vm.prank(provider.addr);
        stake.requestUnbonding(STAKE - LOCK + 1);
        Job memory made = _made(_order());
        _expectRefused(
            made, abi.encodeWithSelector(IStakeManager.FreeStakeTooSmall.selector, provider.addr, LOCK - 1, LOCK)
        );
    }

    function test_openAccepted_runsAndTakesOnlyThePriceOutOfCredit() public {
        Job memory made = _open(_order());
        assertState(made.id, JobState.RUNNING);
        assertTrue(market.isBoundTo(made.id, made.card));
        IJobBook.JobView memory shown = market.job(made.id);
        assertEq(shown.epoch, 1);
        assertEq(shown.deadline, START + 600);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - PRICE);
        assertEq(vault.ledgerOf(address(market)), PRICE);
        assertEq(market.activeJobs(device.addr), 1);
        assertEq(market.volumeOf(device.addr), PRICE);
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(locked, LOCK);
    }

    function test_openAccepted_fromTheWalletGivesTheRestBack() public {
        Order memory order = _order();
        order.lane = 1;
        Job memory made = _made(order);
        Payment memory payment = _authorisation(consumer, AMOUNT, made.orderHash);
        bytes memory signed = _signAccept(made, INPUT);
        vm.prank(matcher.addr);
        market.openAccepted(order, payment, made.offer, INPUT, signed);
        assertEq(vault.ledgerOf(address(market)), PRICE);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 + AMOUNT - PRICE);
    }

    function test_openAccepted_byTheConsumerNeedsOnlyTheDevicesSignature() public {
        Order memory order = _order();
        order.matcher = consumer.addr;
        Job memory made = _made(order);
        bytes memory signed = _signAccept(made, INPUT);
        vm.prank(consumer.addr);
        market.openAccepted(order, Payment(0, 0, ""), made.offer, INPUT, signed);
        assertState(made.id, JobState.RUNNING);
    }

    function test_openAccepted_saysAllThatACardNeedsInOneEvent() public {
        Job memory made = _made(_order());
        Payment memory payment = _priorBalance(made.order);
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectEmit(address(market));
        emit IJobBook.JobOpened(
            made.id,
            made.orderHash,
            consumer.addr,
            made.offerHash,
            device.addr,
            provider.addr,
            1,
            PRICE,
            1,
            START + 600,
            INPUT
        );
        vm.prank(matcher.addr);
        market.openAccepted(made.order, payment, made.offer, INPUT, signed);
    }

    function test_openAccepted_isSettledLikeAnyOther() public {
        Job memory made = _open(_order());
        _settle(_verdict(made.id, OK, PRICE));
        _passFinality();
        settlement.claim(provider.addr);
        assertEq(vault.creditOf(provider.addr), PRICE - FEE);
        assertEq(stake.freeStakeOf(provider.addr), STAKE);
        assertEq(market.activeJobs(device.addr), 0);
    }

    function test_openAccepted_expiresWithPenaltyLikeAnyOther() public {
        Job memory made = _open(_order());
        skip(601);
        _expire(made.id);
        assertState(made.id, JobState.REFUNDED);
        assertEq(stake.freeStakeOf(provider.addr), STAKE - 1e6);
        assertEq(vault.creditOf(consumer.addr), 1_000e6);
    }

    function test_openBatch_opensEachAndLocksTheSum() public {
        BatchItem[] memory items = _batch(3);
        Offer memory offer = _batchOffer(items);
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 3);
        for (uint256 i = 0; i < 3; ++i) {
            assertState(_idOf(items[i].order), JobState.RUNNING);
        }
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - 3 * PRICE);
        assertEq(market.activeJobs(device.addr), 3);
        assertEq(market.volumeOf(device.addr), 3 * PRICE);
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(locked, 3 * LOCK);
    }

    function test_openBatch_leavesOutWhatIsNotPaidFor() public {
        BatchItem[] memory items = _batch(3);
        Offer memory offer = _batchOffer(items);
        vm.prank(consumer.addr);
        vault.withdraw(consumer.addr, 1_000e6 - 2 * PRICE);
        vm.expectEmit(address(market));
        emit IJobBook.OrderSkipped(_idOf(items[2].order));
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 2);
        assertState(_idOf(items[2].order), JobState.NONE);
        assertEq(vault.ledgerOf(address(market)), 2 * PRICE);
    }

    function test_openBatch_leavesOutAnOrderThatWasConsumed() public {
        BatchItem[] memory items = _batch(2);
        Offer memory offer = _batchOffer(items);
        market.fund(items[0].order, Payment(0, 0, items[0].orderSignature));
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 1);
        assertState(_idOf(items[0].order), JobState.FUNDED);
    }

    function test_openBatch_takesEachOrderOnceThoughItComesTwice() public {
        BatchItem[] memory items = _batch(2);
        items[1] = items[0];
        Offer memory offer = _batchOffer(items);
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 1);
        assertEq(vault.ledgerOf(address(market)), PRICE);
    }

    function test_openBatch_leavesOutWhatTheDeviceHasNoRoomFor() public {
        BatchItem[] memory items = _batch(3);
        Offer memory offer = _offer();
        offer.concurrentMax = 2;
        _accept(items, offer);
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 2);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - 2 * PRICE);
    }

    function test_openBatch_leavesOutAnOrderThatItsConsumerDidNotSign() public {
        BatchItem[] memory items = _batch(2);
        Offer memory offer = _batchOffer(items);
        items[0].orderSignature = signature(stranger.key, market.hashOrder(items[0].order));
        vm.prank(matcher.addr);
        assertEq(market.openBatch(items, offer), 1);
        assertState(_idOf(items[0].order), JobState.NONE);
    }

    function test_openBatch_refusesAnotherKeysAccept() public {
        BatchItem[] memory items = _batch(2);
        Offer memory offer = _batchOffer(items);
        items[1].acceptSignature = items[0].acceptSignature;
        vm.expectPartialRevert(IJobBook.WrongSigner.selector);
        vm.prank(matcher.addr);
        market.openBatch(items, offer);
    }

    function test_openBatch_refusesOtherLanes() public {
        BatchItem[] memory items = _batch(1);
        items[0].order.lane = 1;
        Offer memory offer = _batchOffer(items);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.UnsupportedLane.selector, 1));
        vm.prank(matcher.addr);
        market.openBatch(items, offer);
    }

    function test_openBatch_refusesAnyoneButTheMatcher() public {
        BatchItem[] memory items = _batch(1);
        Offer memory offer = _batchOffer(items);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotMatcher.selector, stranger.addr, matcher.addr));
        vm.prank(stranger.addr);
        market.openBatch(items, offer);
    }

    function test_openBatch_refusesAWithdrawnOffer() public {
        BatchItem[] memory items = _batch(1);
        Offer memory offer = _batchOffer(items);
        vm.prank(device.addr);
        market.raiseNonceFloor(device.addr, offer.nonce + 1);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.OfferWithdrawn.selector, offer.nonce, offer.nonce + 1));
        vm.prank(matcher.addr);
        market.openBatch(items, offer);
    }

    function test_openBatch_ofWhatAllIsOpenAlreadyOpensNothing() public {
        BatchItem[] memory items = _batch(2);
        Offer memory offer = _batchOffer(items);
        vm.startPrank(matcher.addr);
        assertEq(market.openBatch(items, offer), 2);
        (, uint96 locked,,) = stake.stakeOf(provider.addr);
        assertEq(market.openBatch(items, offer), 0);
        (, uint96 lockedAfter,,) = stake.stakeOf(provider.addr);
        vm.stopPrank();
        assertEq(lockedAfter, locked);
    }

    function test_openBatch_refusesWhilePaused() public {
        BatchItem[] memory items = _batch(1);
        Offer memory offer = _batchOffer(items);
        vm.prank(governor.addr);
        market.pauseNewJobs();
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NewJobsArePaused.selector));
        vm.prank(matcher.addr);
        market.openBatch(items, offer);
    }

    function _made(Order memory order) private returns (Job memory made) {
        made = _jobOf(order);
        _match(made, _offer());
    }

    function _open(Order memory order) private returns (Job memory made) {
        made = _made(order);
        Payment memory payment = _priorBalance(order);
        bytes memory signed = _signAccept(made, INPUT);
        vm.prank(matcher.addr);
        market.openAccepted(order, payment, made.offer, INPUT, signed);
    }

    function _expectRefused(Job memory made, bytes memory refusal) private {
        Payment memory payment = _priorBalance(made.order);
        bytes memory signed = _signAccept(made, INPUT);
        vm.expectRevert(refusal);
        vm.prank(matcher.addr);
        market.openAccepted(made.order, payment, made.offer, INPUT, signed);
    }

    function _batch(uint256 count) private returns (BatchItem[] memory items) {
        items = new BatchItem[](count);
        for (uint256 i = 0; i < count; ++i) {
            items[i].order = _order();
            items[i].orderSignature = signature(consumer.key, market.hashOrder(items[i].order));
            items[i].inputRoot = INPUT;
        }
    }

    function _batchOffer(BatchItem[] memory items) private returns (Offer memory offer) {
        offer = _offer();
        _accept(items, offer);
    }

    function _accept(BatchItem[] memory items, Offer memory offer) private {
        for (uint256 i = 0; i < items.length; ++i) {
            Job memory made = _jobOf(items[i].order);
            _match(made, offer);
            items[i].acceptSignature = _signAccept(made, INPUT);
        }
    }

    function _idOf(Order memory order) private view returns (uint64) {
        return market.jobIdOf(market.hashOrder(order), 1);
    }
}
