// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IRateBook, Offer, Order, Payment, RateWorld, VoucherClaim} from "../RateWorld.sol";

/// @title What mutants of the market for metered jobs survived: several providers in one batch, bounds, fees of two kinds
contract RateMutantsTest is RateWorld {
    Account private other; // a provider
    Account private otherDevice;

    /// @dev Its own fee is below Settlement's.
    function rateParams() internal pure override returns (IRateBook.Params memory p) {
        p = super.rateParams();
        p.feeBps = 100;
    }

    function setUp() public override {
        super.setUp();
        other = account("other provider");
        otherDevice = account("other device");
        _addProvider(other.addr, STAKE);
        _addDevice(other.addr, otherDevice);
    }

    function test_claimBatch_paysEveryProviderOfIt() public {
        Metered memory mine = _session();
        Metered memory theirs = _openedBy(otherDevice);
        VoucherClaim[] memory vouchers = new VoucherClaim[](4);
        vouchers[0] = _voucher(mine, 40_000);
        vouchers[1] = _voucher(theirs, 100_000);
        vouchers[2] = _voucher(theirs, 300_000);
        vouchers[3] = _voucher(mine, 50_000);
        assertEq(rate.claimBatch(vouchers), 4);
        assertEq(vault.creditOf(provider.addr), 49_500);
        assertEq(vault.creditOf(other.addr), 297_000);
        assertEq(vault.creditOf(treasury), 3_500);
        assertEq(vault.ledgerOf(address(rate)), 2 * ESCROW - 350_000);
    }

    function test_stop_saysWhoAndUntilWhen() public {
        Metered memory made = _session();
        vm.expectEmit(address(rate));
        emit IRateBook.JobStopping(made.id, consumer.addr, _now() + NOTICE_S);
        vm.prank(consumer.addr);
        rate.stop(made.id, made.card);
    }

    function test_open_takesAnOfferUpToItsLastSecond() public {
        Offer memory offer = _unitOffer(2);
        Order memory order = _unitOrder();
        order.orderDeadline = offer.expiry + 1;
        vm.warp(offer.expiry);
        _open(order, offer);
    }

    function test_open_ofASessionKnowsOnlyTheMarketsFee_ofTimeSettlementsToo() public {
        Order memory order = _unitOrder();
        order.feeBpsMax = 100;
        Metered memory made = _metered(order, _unitOffer(1));
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, device);
        vm.prank(matcher.addr);
        vm.expectRevert(abi.encodeWithSelector(IRateBook.FeeAboveBound.selector, 250, 100));
        rate.open(order, payment, made.offer, "input", accepted);
        _open(order, _unitOffer(2));
    }

    function _openedBy(Account memory key) private returns (Metered memory made) {
        Offer memory offer = _unitOffer(2);
        offer.device = key.addr;
        made = _metered(_unitOrder(), offer);
        Payment memory payment = _ratePayment(made.order);
        bytes memory accepted = _acceptOf(made, key);
        vm.prank(matcher.addr);
        rate.open(made.order, payment, offer, "input", accepted);
    }
}
