// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IMeteredMarket, ISettledMarket} from "../../src/interfaces/ISettledMarket.sol";
import {IRateBook, JobState, Offer, Order, Payment, RateOutcome, RateWorld} from "../RateWorld.sol";

/// @title What the market for metered jobs refuses, one reason a test
contract RateRefusalsTest is RateWorld {
    // --- open ---

    function test_open_refusesADeviceOutOfService() public {
        vm.prank(provider.addr);
        devices.deactivate(device.addr);
        bytes memory want = abi.encodeWithSelector(IRateBook.DeviceNotActive.selector, device.addr);
        _refused(_unitOrder(), _unitOffer(2), want);
    }

    function test_open_refusesAnOfferOfAClassThatTheDeviceIsNot() public {
        Offer memory offer = _unitOffer(2);
        offer.deviceClass = "another";
        bytes memory want = abi.encodeWithSelector(IRateBook.WrongDeviceClass.selector, bytes32("another"), CLASS);
        _refused(_unitOrder(), offer, want);
    }

    function test_open_refusesAClassThatWasNotOrdered() public {
        Order memory order = _unitOrder();
        order.deviceClass = "another";
        bytes memory want = abi.encodeWithSelector(IRateBook.WrongDeviceClass.selector, CLASS, bytes32("another"));
        _refused(order, _unitOffer(2), want);
    }

    function test_open_refusesALaneThatIsNone() public {
        Order memory order = _unitOrder();
        order.lane = 5;
        _refused(order, _unitOffer(2), abi.encodeWithSelector(IRateBook.UnsupportedLane.selector, 5));
    }

    function test_open_refusesAnOrderOfNobody() public {
        Order memory order = _unitOrder();
        order.consumer = address(0);
        _refused(order, _unitOffer(2), abi.encodeWithSelector(IRateBook.ZeroAddress.selector));
    }

    function test_open_takesADeadlineUpToTheBoundOnly() public {
        Order memory order = _unitOrder();
        uint256 latest = _now() + 7 days;
        order.orderDeadline = uint40(latest + 1);
        bytes memory want = abi.encodeWithSelector(IRateBook.DeadlineTooFar.selector, latest + 1, latest);
        _refused(order, _unitOffer(2), want);
        order.orderDeadline = uint40(latest);
        _open(order, _unitOffer(2));
    }

    function test_open_refusesAnOfferWithoutAPrice() public {
        Offer memory offer = _unitOffer(2);
        offer.price = 0;
        _refused(_unitOrder(), offer, abi.encodeWithSelector(IRateBook.ZeroAmount.selector));
    }

    function test_open_refusesWhereNoRegionIsCommon() public {
        Order memory order = _unitOrder();
        order.regions = 4;
        _refused(order, _unitOffer(2), abi.encodeWithSelector(IRateBook.NoCommonRegion.selector, 3, 4));
        order.regions = 6;
        _open(order, _unitOffer(2));
    }

    function test_open_refusesAGradeThatIsNotOffered() public {
        Order memory order = _unitOrder();
        order.grade = 2;
        _refused(order, _unitOffer(2), abi.encodeWithSelector(IRateBook.GradeNotOffered.selector, 2, 8));
        order.grade = 8; // no bit of a byte
        _refused(order, _unitOffer(2), abi.encodeWithSelector(IRateBook.GradeNotOffered.selector, 8, 8));
    }

    function test_topUp_refusesNothing() public {
        Metered memory made = _session();
        vm.prank(consumer.addr);
        vm.expectRevert(IRateBook.ZeroAmount.selector);
        rate.topUp(made.id, made.card, ESCROW, 0, 0, Payment(0, 0, ""));
    }

    // --- Switches ---

    function test_raiseNonceFloor_isTheDevicesAndItsProvidersOnly() public {
        vm.prank(stranger.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NotDeviceOwner.selector, stranger.addr));
        rate.raiseNonceFloor(device.addr, 5);
        vm.prank(stranger.addr); // its own device, which nobody registered
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NotDeviceOwner.selector, stranger.addr));
        rate.raiseNonceFloor(stranger.addr, 5);
        vm.prank(device.addr);
        rate.raiseNonceFloor(device.addr, 5);
        vm.prank(provider.addr);
        rate.raiseNonceFloor(device.addr, 6);
    }

    function test_raiseNonceFloor_onlyRises() public {
        vm.startPrank(device.addr);
        rate.raiseNonceFloor(device.addr, 5);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.FloorNotRaised.selector, 5, 5));
        rate.raiseNonceFloor(device.addr, 5);
        vm.stopPrank();
    }

    function test_pauseNewJobs_refusesAStranger() public {
        vm.prank(stranger.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.MayNotPause.selector, stranger.addr));
        rate.pauseNewJobs();
    }

    function test_pauseNewJobs_theGuardianLeavesAsLongATimeBetween() public {
        vm.startPrank(guardian.addr);
        rate.pauseNewJobs();
        uint256 free = uint256(rate.pausedUntil()) + 7 days;
        vm.warp(free);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.PausedTooRecently.selector, free, free));
        rate.pauseNewJobs();
        vm.warp(free + 1);
        rate.pauseNewJobs();
        vm.stopPrank();
        assertEq(rate.pausedUntil(), free + 1 + 7 days);
    }

    function test_resumeNewJobs_isTheGovernorsOnly() public {
        vm.prank(guardian.addr);
        rate.pauseNewJobs();
        vm.prank(guardian.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.NotGovernor.selector, guardian.addr, governor.addr));
        rate.resumeNewJobs();
        vm.prank(governor.addr);
        rate.resumeNewJobs();
        _session();
    }

    // --- Disputes ---

    function test_disputes_areTheSettlementsOnly() public {
        bytes memory shown = _shownCheckpoint();
        bytes memory want = abi.encodeWithSelector(IRateBook.NotSettlement.selector, stranger.addr, address(settlement));
        ISettledMarket there = ISettledMarket(address(rate));
        vm.startPrank(stranger.addr);
        vm.expectRevert(want);
        there.openDispute(shown, _now() + 2_000);
        vm.expectRevert(want);
        there.resolveDispute(shown, OK, 1, false);
        vm.expectRevert(want);
        IMeteredMarket(address(rate)).reportVerdicts(1, "", "");
        vm.stopPrank();
    }

    function test_openDispute_mustEndAfterTheChallengeWindow() public {
        bytes memory shown = _shownCheckpoint();
        uint40 until = _now() + 600;
        ISettledMarket there = ISettledMarket(address(rate));
        vm.startPrank(address(settlement));
        vm.expectRevert(abi.encodeWithSelector(IRateBook.ResolveTooEarly.selector, until, until));
        there.openDispute(shown, until);
        there.openDispute(shown, until + 1);
        vm.stopPrank();
    }

    function test_disputedJob_refusesWhatIsNoJobCardAndOutcome() public {
        bytes memory shown = _shownCheckpoint();
        ISettledMarket there = ISettledMarket(address(rate));
        there.disputedJob(shown);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongShownBytes.selector, 385, 384));
        there.disputedJob(bytes.concat(shown, hex"00"));
    }

    // --- Construction ---

    function test_constructor_refusesParametersOutOfRange() public {
        IRateBook.Params memory p = rateParams();
        p.feeBps = 5_001;
        _refusedParams(p, "feeBps", 5_001, 0, 5_000);
        p = rateParams();
        p.noticeS = 0;
        _refusedParams(p, "noticeS", 0, 1, type(uint32).max);
        p = rateParams();
        p.closeWindowS = p.closeWindowMaxS + 1;
        _refusedParams(p, "closeWindowS", p.closeWindowS, 1, p.closeWindowMaxS);
        p = rateParams();
        p.closeValue = 0;
        _refusedParams(p, "closeValue", 0, 1, type(uint96).max);
        p = rateParams();
        p.windowMinS = 0;
        _refusedParams(p, "windowMinS", 0, 1, p.windowMaxS);
        p = rateParams();
        p.orderWindowMaxS = 0;
        _refusedParams(p, "orderWindowMaxS", 0, 1, type(uint32).max);
    }

    function test_constructor_refusesEveryZeroAddressButTheGuardian() public {
        for (uint256 k = 0; k < 9; ++k) {
            address[9] memory w;
            for (uint256 i = 0; i < 9; ++i) {
                if (i != k) w[i] = address(uint160(0x100 + i));
            }
            // The last one is the guardian.
            bytes memory made = abi.encode(w, rateParams());
            if (k < 8) vm.expectRevert(IRateBook.ZeroAddress.selector);
            this.make(made);
        }
    }

    function make(bytes calldata arguments) external returns (address) {
        return deploy("RateMarket.sol:RateMarket", arguments);
    }

    function _refusedParams(IRateBook.Params memory p, string memory what, uint256 got, uint256 min, uint256 max)
        private
    {
        address[9] memory w;
        for (uint256 i = 0; i < 9; ++i) {
            w[i] = address(uint160(0x100 + i));
        }
        vm.expectRevert(abi.encodeWithSelector(IRateBook.ParamOutOfRange.selector, what, got, min, max));
        this.make(abi.encode(w, p));
    }

    function _refused(Order memory order, Offer memory offer, bytes memory want) private {
        Metered memory made = _metered(order, offer);
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, device);
        vm.prank(matcher.addr);
        vm.expectRevert(want);
        rate.open(order, payment, offer, "input", accepted);
    }

    /// @dev A checkpoint of 400 seconds, just reported; its window is over 600 seconds from now.
    function _shownCheckpoint() private returns (bytes memory) {
        Metered memory made = _rented();
        skip(400);
        _report(made, CHECKPOINT, 400_000);
        RateOutcome memory outcome = RateOutcome(CHECKPOINT, 400_000, 400_000, keccak256("result"), _now() + 600, false);
        assertRateState(made.id, JobState.CHECKPOINTED);
        return abi.encode(made.id, made.card, outcome);
    }
}
