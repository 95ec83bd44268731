// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IJobBook, JobState, Offer, Order, Payment, World} from "../World.sol";

contract JobJoinTest is World {
    function test_join_refusesAnyoneButTheMatcher() public {
        Job memory made = _funded();
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotMatcher.selector, stranger.addr, matcher.addr));
        vm.prank(stranger.addr);
        market.join(made.order, 1, made.card.amount, offer, signed);
    }

    function test_join_refusesAnotherOfferThanTheOrders() public {
        Order memory order = _order();
        order.offerHash = keccak256("that one");
        Job memory made = _funded(order);
        Offer memory offer = _offer();
        _expectRefused(
            made, offer, abi.encodeWithSelector(IJobBook.WrongOffer.selector, market.hashOffer(offer), order.offerHash)
        );
    }

    function test_join_refusesAnOrderThatWasNotFunded() public {
        Job memory made;
        made.order = _order();
        uint64 jobId = market.jobIdOf(market.hashOrder(made.order), 1);
        _expectRefused(made, _offer(), abi.encodeWithSelector(IJobBook.WrongState.selector, jobId, JobState.NONE));
    }

    function test_join_refusesAJobThatIsAssignedAlready() public {
        Job memory made = _assigned();
        _expectRefused(made, _offer(), abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
    }

    function test_join_refusesAnotherAmountThanIsInEscrow() public {
        Job memory made = _funded();
        made.card.amount += 1;
        _expectRefused(made, _offer(), abi.encodeWithSelector(IJobBook.WrongBinding.selector, made.id));
    }

    function test_join_refusesACancelledJob() public {
        Job memory made = _funded();
        vm.prank(consumer.addr);
        market.cancel(made.id, made.card);
        _expectRefused(
            made, _offer(), abi.encodeWithSelector(IJobBook.WrongState.selector, made.id, JobState.CANCELLED)
        );
    }

    function test_join_refusesAfterTheOrderDeadline() public {
        Job memory made = _funded();
        Offer memory offer = _offer();
        vm.warp(made.order.orderDeadline + 1);
        _expectRefused(
            made,
            offer,
            abi.encodeWithSelector(
                IJobBook.DeadlinePassed.selector, made.order.orderDeadline + 1, made.order.orderDeadline
            )
        );
    }

    function test_join_refusesMeteredOffersForNow() public {
        Offer memory offer = _offer();
        offer.unit = 1;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.UnsupportedUnit.selector, 1));
    }

    function test_join_refusesAnExpiredOffer() public {
        Offer memory offer = _offer();
        offer.expiry = START - 1;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.OfferExpired.selector, START, START - 1));
    }

    function test_join_refusesAFreeOffer() public {
        Offer memory offer = _offer();
        offer.price = 0;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.ZeroAmount.selector));
    }

    function test_join_refusesAPriceAboveTheConsumersMaximum() public {
        Order memory order = _order();
        order.priceMax = PRICE - 1;
        _expectRefused(
            _funded(order), _offer(), abi.encodeWithSelector(IJobBook.PriceTooHigh.selector, PRICE, PRICE - 1)
        );
    }

    function test_join_refusesAPriceAboveThePayment() public {
        Order memory order = _order();
        order.amount = PRICE - 1;
        _expectRefused(
            _funded(order), _offer(), abi.encodeWithSelector(IJobBook.PriceTooHigh.selector, PRICE, PRICE - 1)
        );
    }

    function test_join_refusesAnotherClassThanOrdered() public {
        Order memory order = _order();
        order.deviceClass = keccak256("another class");
        _expectRefused(
            _funded(order),
            _offer(),
            abi.encodeWithSelector(IJobBook.WrongDeviceClass.selector, CLASS, order.deviceClass)
        );
    }

    function test_join_refusesAnotherClassThanRegistered() public {
        Offer memory offer = _offer();
        offer.deviceClass = keccak256("a better class");
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.WrongDeviceClass.selector, offer.deviceClass, CLASS));
    }

    function test_join_refusesWithoutACommonRegion() public {
        Order memory order = _order();
        order.regions = 4;
        _expectRefused(_funded(order), _offer(), abi.encodeWithSelector(IJobBook.NoCommonRegion.selector, 3, 4));
    }

    function test_join_refusesAGradeThatIsNotOffered() public {
        Order memory order = _order();
        order.grade = 4;
        _expectRefused(_funded(order), _offer(), abi.encodeWithSelector(IJobBook.GradeNotOffered.selector, 4, 1 << 3));
    }

    function test_join_refusesARunWindowShorterThanOffered() public {
        Offer memory offer = _offer();
        offer.durationMinS = 601;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.RunWindowNotOffered.selector, 600, 601, 3_600));
    }

    function test_join_refusesARunWindowLongerThanOffered() public {
        Offer memory offer = _offer();
        offer.durationMaxS = 599;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.RunWindowNotOffered.selector, 600, 10, 599));
    }

    function test_join_refusesAnotherKeysSignature() public {
        Job memory made = _funded();
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(provider, offer);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.WrongSigner.selector, provider.addr, device.addr));
        vm.prank(matcher.addr);
        market.join(made.order, 1, made.card.amount, offer, signed);
    }

    function test_join_refusesAnUnregisteredDevice() public {
        Job memory made = _funded();
        made.device = stranger;
        Offer memory offer = _offerOf(stranger.addr);
        _expectRefused(made, offer, abi.encodeWithSelector(IJobBook.DeviceNotActive.selector, stranger.addr));
    }

    function test_join_refusesADeactivatedDevice() public {
        vm.prank(provider.addr);
        devices.deactivate(device.addr);
        _expectRefused(_offer(), abi.encodeWithSelector(IJobBook.DeviceNotActive.selector, device.addr));
    }

    function test_join_refusesAnOfferBelowTheNonceFloor() public {
        Offer memory offer = _offer();
        vm.prank(device.addr);
        market.raiseNonceFloor(device.addr, offer.nonce + 1);
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.OfferWithdrawn.selector, offer.nonce, offer.nonce + 1));
    }

    function test_join_refusesMoreJobsThanConcurrentMax() public {
        Offer memory offer = _offer();
        offer.concurrentMax = 1;
        Job memory first = _funded();
        _join(first, 1, offer);
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.DeviceBusy.selector, 2, 1));
    }

    function test_join_countsConcurrencyOverAllOffersOfTheDevice() public {
        _assigned();
        Offer memory offer = _offer();
        offer.concurrentMax = 1;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.DeviceBusy.selector, 2, 1));
    }

    function test_join_countsVolumeOverAllOffersOfTheDevice() public {
        _assigned();
        Offer memory offer = _offer();
        offer.volumeMax = 2 * PRICE - 1;
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.OfferVolumeExceeded.selector, 2 * PRICE, 2 * PRICE - 1));
    }

    function test_join_refusesMoreThanTheOffersVolume() public {
        Offer memory offer = _offer();
        offer.volumeMax = 2 * PRICE - 1;
        Job memory first = _funded();
        _join(first, 1, offer);
        _expectRefused(offer, abi.encodeWithSelector(IJobBook.OfferVolumeExceeded.selector, 2 * PRICE, 2 * PRICE - 1));
    }

    function test_raiseNonceFloor_refusesStrangers() public {
        vm.expectRevert(abi.encodeWithSelector(IJobBook.NotDeviceOwner.selector, stranger.addr));
        vm.prank(stranger.addr);
        market.raiseNonceFloor(device.addr, 1);
    }

    function test_raiseNonceFloor_refusesToLowerIt() public {
        vm.startPrank(provider.addr);
        market.raiseNonceFloor(device.addr, 5);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.FloorNotRaised.selector, 5, 5));
        market.raiseNonceFloor(device.addr, 5);
        vm.stopPrank();
    }

    function test_join_assignsAndGivesBackWhatIsOverThePrice() public {
        Job memory made = _assigned();
        assertState(made.id, JobState.ASSIGNED);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 - PRICE);
        assertEq(vault.ledgerOf(address(market)), PRICE);
        IJobBook.JobView memory shown = market.job(made.id);
        assertEq(shown.deadline, START + 60);
        assertEq(made.card.amount, PRICE);
        assertEq(made.card.deviceIndex, 1);
        assertEq(made.card.provider, provider.addr);
        assertEq(market.activeJobs(device.addr), 1);
        assertEq(market.volumeOf(device.addr), PRICE);
        assertTrue(market.isBoundTo(made.id, made.card));
        made.card.amount += 1;
        assertFalse(market.isBoundTo(made.id, made.card));
    }

    function test_join_onTheOrdersOfferIsOpenToAnyone() public {
        Offer memory offer = _offer();
        Order memory order = _order();
        order.offerHash = market.hashOffer(offer);
        order.matcher = address(0);
        _funded(order);
        bytes memory signed = _signOffer(device, offer);
        vm.prank(stranger.addr);
        market.join(order, 1, order.amount, offer, signed);
        assertState(market.jobIdOf(market.hashOrder(order), 1), JobState.ASSIGNED);
    }

    function test_join_atTheDeadlineIsInTime() public {
        Job memory made = _funded();
        vm.warp(made.order.orderDeadline);
        _join(made, 1, _offer());
        assertState(made.id, JobState.ASSIGNED);
    }

    function test_open_refusesAnOrderThatIsUsed() public {
        Job memory made = _funded();
        Offer memory offer = _offer();
        bytes memory signed = _signOffer(device, offer);
        Payment memory payment = _priorBalance(made.order);
        vm.expectRevert(abi.encodeWithSelector(IJobBook.OrderConsumed.selector, made.id));
        vm.prank(matcher.addr);
        market.open(made.order, payment, offer, signed);
    }

    function test_open_fundsAndJoins() public {
        Order memory order = _order();
        order.lane = 1;
        Offer memory offer = _offer();
        bytes32 orderHash = market.hashOrder(order);
        Payment memory payment = _authorisation(consumer, order.amount, orderHash);
        bytes memory signed = _signOffer(device, offer);
        vm.prank(matcher.addr);
        uint64 jobId = market.open(order, payment, offer, signed);
        assertState(jobId, JobState.ASSIGNED);
        assertEq(vault.ledgerOf(address(market)), PRICE);
        assertEq(vault.creditOf(consumer.addr), 1_000e6 + AMOUNT - PRICE);
    }

    function _expectRefused(Offer memory offer, bytes memory refusal) private {
        _expectRefused(_funded(), offer, refusal);
    }

    function _expectRefused(Job memory made, Offer memory offer, bytes memory refusal) private {
        bytes memory signed = _signOffer(made.device.key == 0 ? device : made.device, offer);
        vm.expectRevert(refusal);
        vm.prank(matcher.addr);
        market.join(made.order, 1, made.card.amount, offer, signed);
    }
}
