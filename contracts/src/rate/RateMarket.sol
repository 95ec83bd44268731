// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {Accept, JobCard, JobState, Offer, Order} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {VoucherClaim} from "../interfaces/IRateMarket.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {JobWord} from "../job/JobWord.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Bps} from "../libraries/Bps.sol";
import {RateBook} from "./RateBook.sol";
import {RateExits} from "./RateExits.sol";
import {RateOpening} from "./RateOpening.sol";

/// @title RateMarket: documented on its interfaces, IRateMarket and IMeteredMarket
contract RateMarket is RateOpening {
    using JobWord for uint256;

    address private immutable EXITS;

    constructor(Wiring memory wiring, Params memory params_) RateBook(wiring, params_) {
        EXITS = address(new RateExits(wiring, params_));
    }

    /// @dev Whatever is not here is there (IRateExits, IMeteredMarket); it never changes.
    // solhint-disable-next-line no-complex-fallback
    fallback() external {
        address exits = EXITS;
        assembly ("memory-safe") {
            let free := mload(0x40)
            calldatacopy(free, 0, calldatasize())
            let done := delegatecall(gas(), exits, free, calldatasize(), 0, 0)
            returndatacopy(free, 0, returndatasize())
            if iszero(done) { revert(free, returndatasize()) }
            return(free, returndatasize())
        }
    }

    function claim(VoucherClaim calldata voucher) external {
        (uint96 pay, uint96 fee) = _book(voucher);
        if (pay == 0) revert NothingToClaim(voucher.jobId, voucher.cumulative, _funds[voucher.jobId].paid);
        _payOut(voucher.card.provider, pay, fee);
    }

    /// @dev Payments of vouchers of one provider that follow each other are one.
    function claimBatch(VoucherClaim[] calldata vouchers) external returns (uint256 paid) {
        address provider = address(0);
        uint256 pays = 0;
        uint256 fees = 0;
        for (uint256 i = 0; i < vouchers.length; ++i) {
            (uint96 pay, uint96 fee) = _book(vouchers[i]);
            if (pay == 0) {
                emit VoucherSkipped(vouchers[i].jobId);
                continue;
            }
            if (vouchers[i].card.provider != provider) {
                _payOut(provider, pays, 0);
                (provider, pays) = (vouchers[i].card.provider, 0);
            }
            pays += pay;
            fees += fee;
            ++paid;
        }
        _payOut(provider, pays, fees);
    }

    function params() external view returns (Params memory) {
        return Params({
            feeBps: FEE_BPS,
            noticeS: NOTICE_S,
            closeWindowS: CLOSE_WINDOW_S,
            closeWindowMaxS: CLOSE_WINDOW_MAX_S,
            closeValue: CLOSE_VALUE,
            windowMinS: WINDOW_MIN_S,
            windowMaxS: WINDOW_MAX_S,
            orderWindowMaxS: ORDER_WINDOW_MAX_S
        });
    }

    function hashOrder(Order calldata order) external view returns (bytes32) {
        return _digest(AssayHash.hash(order));
    }

    function hashOffer(Offer calldata offer) external view returns (bytes32) {
        return _digest(AssayHash.hash(offer));
    }

    function hashAccept(Accept calldata message) external view returns (bytes32) {
        return _digest(AssayHash.hash(message));
    }

    function hashVoucher(uint64 jobId, address acceptor, uint96 cumulative) public view returns (bytes32) {
        return _digest(keccak256(abi.encode(VOUCHER_TYPEHASH, jobId, acceptor, cumulative)));
    }

    function hashTopUp(uint64 jobId, uint96 funded, uint96 amount) external view returns (bytes32) {
        return _digest(_topUpHash(jobId, funded, amount));
    }

    function jobIdOf(bytes32 orderHash) public pure returns (uint64) {
        return AssayHash.jobId(orderHash, 1) | METERED;
    }

    function job(uint64 jobId) external view returns (RateView memory shown) {
        uint256 word = _jobs[jobId];
        if (word == 0) return shown;
        Funds memory funds = _funds[jobId];
        shown.state = word.stateOf();
        if (shown.state == JobState.REPORTED && block.timestamp > _held[jobId].until) shown.state = JobState.FINAL;
        shown.session = word.has(SESSION);
        shown.stopping = word.has(STOPPING);
        shown.startedAt = funds.startedAt;
        shown.runUntil = word.deadlineOf();
        shown.closesAt = uint40(_closesAt(jobId, word, funds.funded));
        shown.epoch = word.epochOf();
        shown.funded = funds.funded;
        shown.paid = funds.paid;
        shown.locked = _held[jobId].locked;
    }

    function isBoundTo(uint64 jobId, JobCard calldata card) external view returns (bool) {
        uint256 word = _jobs[jobId];
        return word != 0 && word.bindingOf() == _bindingOf(card);
    }

    function deviceOf(address device) external view returns (uint64 nonceFloor, uint32 active, uint96 volume) {
        (, uint40 index,,) = IDeviceRegistry(devices).deviceOf(device);
        DeviceSlot memory slot = _devices[index];
        return (slot.nonceFloor, slot.active, slot.volume);
    }

    /// @dev A consumer may sign more than there is: the escrow is the bound. While a checkpoint is disputed, time does
    /// not run out.
    /// @return pay what the provider gets; 0 where nothing of the voucher can be paid
    /// @return fee what the fee receiver gets
    function _book(VoucherClaim calldata voucher) private returns (uint96 pay, uint96 fee) {
        uint64 jobId = voucher.jobId;
        uint256 word = _jobs[jobId];
        Funds memory funds = _funds[jobId];
        uint96 cumulative = voucher.cumulative < funds.funded ? voucher.cumulative : funds.funded;
        if (cumulative <= funds.paid) return (0, 0);
        if (word.stateOf() != JobState.DISPUTED) {
            if (!_isRunning(word) || block.timestamp > _closesAt(jobId, word, funds.funded)) return (0, 0);
        }
        if (word.bindingOf() != _bindingOf(voucher.card)) return (0, 0);
        bytes32 digest = hashVoucher(jobId, voucher.card.provider, voucher.cumulative);
        if (!_isConsumers(voucher.card.consumer, digest, voucher.signature)) return (0, 0);
        uint96 amount = cumulative - funds.paid;
        fee = Bps.down(amount, FEE_BPS);
        pay = amount - fee;
        _funds[jobId].paid = cumulative;
        emit VoucherPaid(jobId, voucher.card.provider, amount, fee, cumulative);
    }

    function _payOut(address provider, uint256 pay, uint256 fees) private {
        if (pay > 0) ITokenVault(vault).giveCredit(provider, pay);
        if (fees > 0) ITokenVault(vault).giveCredit(feeReceiver, fees);
    }
}
