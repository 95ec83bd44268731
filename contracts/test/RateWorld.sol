// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {IContractFactory} from "../src/interfaces/IContractFactory.sol";
import {IDisputeCourt} from "../src/interfaces/IDisputeCourt.sol";
import {IRateBook, IRateMarket, RateOutcome, VoucherClaim} from "../src/interfaces/IRateMarket.sol";
import {ISettledMarket} from "../src/interfaces/ISettledMarket.sol";
import {StakeRole} from "../src/interfaces/IStakeManager.sol";
import {Accept, JobCard, JobState, Offer, Order, Payment, ShownJob, World} from "./World.sol";

/// @title The World with a market for metered jobs, and a real court without a panel
abstract contract RateWorld is World {
    uint96 internal constant UNIT_PRICE = 1_000; // base units a request, or a second
    uint96 internal constant ESCROW = 1e6; // a thousand units
    uint24 internal constant SPARE = 1_000; // base units locked beside a RATE job's lock
    uint32 internal constant NOTICE_S = 120;
    uint32 internal constant CLOSE_S = 300;

    IRateMarket internal rate;
    IDisputeCourt internal disputeCourt;

    struct Metered {
        uint64 id;
        JobCard card;
        Order order;
        Offer offer;
    }

    function rateParams() internal pure virtual returns (IRateBook.Params memory) {
        return IRateBook.Params({
            feeBps: 250,
            noticeS: NOTICE_S,
            closeWindowS: CLOSE_S,
            closeWindowMaxS: 3_000,
            closeValue: 10e6,
            windowMinS: 10,
            windowMaxS: 1 days,
            orderWindowMaxS: 7 days
        });
    }

    /// @dev The factory first: its contracts' addresses are known before, whatever is made and called between.
    function setUp() public virtual override {
        IContractFactory factory = IContractFactory(deploy("ContractFactory.sol:ContractFactory", ""));
        rate = IRateMarket(factory.addressOf(address(this), "rate"));
        disputeCourt = IDisputeCourt(factory.addressOf(address(this), "court"));
        super.setUp();
        IRateBook.Wiring memory wiring = IRateBook.Wiring(
            address(vault),
            address(stake),
            address(devices),
            address(committee),
            address(market),
            address(settlement),
            treasury,
            governor.addr,
            guardian.addr
        );
        factory.deploy("rate", bytes.concat(vm.getCode("RateMarket.sol:RateMarket"), abi.encode(wiring, rateParams())));
        IDisputeCourt.Wiring memory courts = IDisputeCourt.Wiring(
            address(vault),
            address(settlement),
            address(market),
            address(devices),
            address(committee),
            governor.addr,
            address(0)
        );
        factory.deploy(
            "court",
            bytes.concat(vm.getCode("DisputeCourt.sol:DisputeCourt"), abi.encode(courts, courtParams(), courtPanel()))
        );
        vm.startPrank(governor.addr);
        vault.addModule(address(rate));
        vault.addModule(court);
        stake.addModule(address(rate), StakeRole.MARKET);
        vm.stopPrank();
        skip(6 days + MODULE_DELAY);
    }

    /// @dev Asked for while Settlement is made, whose court this sets, too.
    function _meteredMarket() internal override returns (address) {
        court = address(disputeCourt);
        return address(rate);
    }

    function courtPanel() internal virtual returns (address[] memory) {
        return new address[](0);
    }

    function courtParams() internal pure virtual returns (IDisputeCourt.Params memory) {
        return IDisputeCourt.Params({
            answerWindowS: 300,
            voteWindowS: 900,
            graceS: 120,
            demandsMax: 5,
            demandBondMin: 1e6,
            demandBondBps: 2_000,
            challengeBondMin: 2e6,
            challengeBondBps: 1_000,
            forfeitBps: 5_000,
            forfeitMax: 10e6,
            rewardMax: 4e6,
            panelDeposit: 0,
            panelPenalty: 0
        });
    }

    // --- Metered jobs. ---

    function _unitOffer(uint8 unit) internal returns (Offer memory offer) {
        offer = _offer();
        offer.unit = unit;
        offer.price = UNIT_PRICE;
        offer.volumeMax = 1_000e6;
    }

    function _unitOrder() internal returns (Order memory order) {
        order = _order();
        order.amount = ESCROW;
        order.priceMax = UNIT_PRICE;
    }

    function _metered(Order memory order, Offer memory offer) internal view returns (Metered memory made) {
        (address owner, uint40 index,,) = devices.deviceOf(offer.device);
        bytes32 orderHash = rate.hashOrder(order);
        bytes32 terms = keccak256(abi.encode(orderHash, rate.hashOffer(offer)));
        made = Metered(rate.jobIdOf(orderHash), JobCard(terms, order.consumer, owner, index, offer.price), order, offer);
    }

    function _acceptOf(Metered memory made, Account memory key) internal view returns (bytes memory) {
        bytes32 orderHash = rate.hashOrder(made.order);
        bytes32 digest = rate.hashAccept(Accept(made.id, orderHash, rate.hashOffer(made.offer), "input"));
        return signature(key.key, digest);
    }

    function _ratePayment(Order memory order) internal view returns (Payment memory) {
        if (order.lane == 1) return _authorisation(consumer, order.amount, rate.hashOrder(order));
        return Payment(0, 0, signature(consumer.key, rate.hashOrder(order)));
    }

    function _open(Order memory order, Offer memory offer) internal returns (Metered memory made) {
        made = _metered(order, offer);
        Payment memory payment = _ratePayment(order);
        bytes memory accepted = _acceptOf(made, device);
        vm.prank(matcher.addr);
        assertEq(rate.open(order, payment, offer, "input", accepted), made.id);
        cards[made.id] = made.card;
    }

    function _session() internal returns (Metered memory) {
        return _open(_unitOrder(), _unitOffer(2));
    }

    function _rented() internal returns (Metered memory) {
        return _open(_unitOrder(), _unitOffer(1));
    }

    function _voucher(Metered memory made, uint96 cumulative) internal view returns (VoucherClaim memory) {
        bytes32 digest = rate.hashVoucher(made.id, made.card.provider, cumulative);
        return VoucherClaim(made.id, made.card, cumulative, signature(consumer.key, digest));
    }

    function _claim(Metered memory made, uint96 cumulative) internal {
        rate.claim(_voucher(made, cumulative));
    }

    function _shownJob(Metered memory made) internal pure returns (ShownJob[] memory one) {
        one = new ShownJob[](1);
        one[0] = ShownJob(made.id, made.card);
    }

    function _close(Metered memory made) internal {
        rate.close(_shownJob(made));
    }

    function _report(Metered memory made, uint8 code, uint96 cumulative) internal {
        _settle(_verdict(made.id, code, cumulative));
    }

    /// @dev What a verdict that was just applied is shown with. `paid` and `price` by it.
    function _rateOutcome(uint8 code, uint96 paid, uint96 price, uint96 cumulative, uint40 until, bool last)
        internal
        pure
        returns (RateOutcome memory)
    {
        return RateOutcome(code, paid, price, cumulative > 0 ? keccak256("result") : bytes32(0), until, last);
    }

    function assertRateState(uint64 jobId, JobState want) internal view {
        assertEq(uint256(rate.job(jobId).state), uint256(want), "state");
    }
}
