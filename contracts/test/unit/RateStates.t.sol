// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {ISettledMarket} from "../../src/interfaces/ISettledMarket.sol";
import {IRateBook, JobState, Offer, Order, Payment, RateOutcome, RateWorld} from "../RateWorld.sol";

/// @title Moves of a metered job in a state, at a time, or by an epoch in which they are not done
contract RateStatesTest is RateWorld {
    function test_afterTheEnd_nobodyStopsOrTopsUp() public {
        Metered memory made = _rented();
        skip(300);
        _report(made, OK, 300_000);
        bytes memory want = abi.encodeWithSelector(IRateBook.WrongState.selector, made.id, JobState.REPORTED);
        vm.startPrank(consumer.addr);
        vm.expectRevert(want);
        rate.stop(made.id, made.card);
        vm.expectRevert(want);
        rate.topUp(made.id, made.card, 300_000, 1, 0, Payment(0, 0, ""));
        vm.stopPrank();
    }

    function test_open_refusesAnOrderWhoseDeadlinePassed() public {
        Order memory order = _unitOrder();
        Offer memory offer = _unitOffer(2);
        vm.warp(order.orderDeadline + 1);
        _refused(
            order,
            offer,
            abi.encodeWithSelector(IRateBook.DeadlinePassed.selector, order.orderDeadline + 1, order.orderDeadline)
        );
    }

    function test_open_refusesAPriceAboveTheAmount() public {
        Order memory order = _unitOrder();
        order.amount = UNIT_PRICE - 1;
        _refused(
            order, _unitOffer(2), abi.encodeWithSelector(IRateBook.PriceTooHigh.selector, UNIT_PRICE, UNIT_PRICE - 1)
        );
    }

    function test_open_ofTheNamedOfferByAnyone() public {
        Order memory order = _unitOrder();
        Offer memory offer = _unitOffer(2);
        order.offerHash = rate.hashOffer(offer);
        Metered memory made = _metered(order, offer);
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, device);
        vm.prank(stranger.addr);
        assertEq(rate.open(order, payment, offer, "input", accepted), made.id);
    }

    /// @dev After a fork the other chain's signatures are worth nothing here, and the new id's are.
    function test_afterAForkOfTheChain_itsOwnIdCounts() public {
        Metered memory made = _session();
        bytes32 before = rate.hashVoucher(made.id, made.card.provider, 1_000);
        vm.chainId(77);
        assertNotEq(rate.hashVoucher(made.id, made.card.provider, 1_000), before);
        _claim(made, 1_000);
        assertEq(vault.creditOf(provider.addr), 975);
    }

    function test_verdict_ofAJobThatIsNoneIsSkipped() public {
        Metered memory made = _rented();
        Metered memory none = made;
        none.id = 1 << 63 | 4_711;
        cards[none.id] = made.card;
        _report(none, OK, 0);
        assertRateState(none.id, JobState.NONE);
    }

    function test_verdict_ofAnotherCommitteeIsSkipped() public {
        Metered memory made = _rented();
        (address[] memory keys, bytes32[] memory pins) = _newCommittee("oracle", 4, false); // the same keys
        vm.prank(governor.addr);
        committee.rotate(keys, pins);
        skip(10);
        bytes memory verdicts = _verdict(made.id, OK, 10_000);
        _settle(_report(2, verdicts), verdicts);
        assertRateState(made.id, JobState.RUNNING);
        _settle(_report(1, verdicts), verdicts);
        assertRateState(made.id, JobState.REPORTED);
    }

    function test_dispute_ofAJobInAnotherStateIsRefused() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, CHECKPOINT, 400_000);
        bytes memory shown = _shown(made, CHECKPOINT, 400_000, 400_000, false);
        ISettledMarket there = ISettledMarket(address(rate));
        vm.startPrank(address(settlement));
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongState.selector, made.id, JobState.CHECKPOINTED));
        there.resolveDispute(shown, OK, 400_000, false);
        there.openDispute(shown, _now() + 601);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.WrongState.selector, made.id, JobState.DISPUTED));
        there.openDispute(shown, _now() + 601);
        vm.stopPrank();
    }

    function test_disputedJob_isFinalAfterItsWindow() public {
        Metered memory made = _rented();
        skip(400);
        _report(made, OK, 400_000);
        bytes memory shown = _shown(made, OK, 400_000, ESCROW, true);
        ISettledMarket there = ISettledMarket(address(rate));
        skip(600);
        assertEq(uint256(there.disputedJob(shown).state), uint256(JobState.REPORTED));
        skip(1);
        assertEq(uint256(there.disputedJob(shown).state), uint256(JobState.FINAL));
    }

    function _refused(Order memory order, Offer memory offer, bytes memory want) private {
        Metered memory made = _metered(order, offer);
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, device);
        vm.prank(matcher.addr);
        vm.expectRevert(want);
        rate.open(order, payment, offer, "input", accepted);
    }

    function _shown(Metered memory made, uint8 code, uint96 paid, uint96 price, bool last)
        private
        view
        returns (bytes memory)
    {
        RateOutcome memory outcome = RateOutcome(code, paid, price, keccak256("result"), _now() + 600, last);
        return abi.encode(made.id, made.card, outcome);
    }
}
