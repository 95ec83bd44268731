// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {JobCard, JobState, Offer, Order, Payment} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IOracleCommittee} from "../interfaces/IOracleCommittee.sol";
import {IRateEntry} from "../interfaces/IRateMarket.sol";
import {ISettlement} from "../interfaces/ISettlement.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {ITokenVault} from "../interfaces/ITokenVault.sol";
import {JobWord} from "../job/JobWord.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {RateSigning} from "./RateSigning.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title Money in: opening, topping up
abstract contract RateOpening is RateSigning, IRateEntry {
    using JobWord for uint256;

    /// @dev In lane EIP2612 the permit's signature comes before the Order's.
    uint256 private constant PERMIT_BYTES = 65;

    function open(
        Order calldata order,
        Payment calldata payment,
        Offer calldata offer,
        bytes32 inputRoot,
        bytes calldata acceptSignature
    ) external returns (uint64 jobId) {
        if (block.timestamp <= pausedUntil) revert NewJobsArePaused();
        bytes32 structHash = AssayHash.hash(order);
        bytes32 orderHash = _digest(structHash);
        bytes32 offerHash = _digest(AssayHash.hash(offer));
        jobId = AssayHash.jobId(orderHash, 1) | METERED;
        if (_jobs[jobId] != 0) revert OrderConsumed(jobId);
        _requireMayJoin(order, offerHash);
        _requireFits(order, offer);
        bytes32 accepted = _digest(AssayHash.hashAccept(jobId, orderHash, offerHash, inputRoot));
        address signer = ECDSA.recoverCalldata(accepted, acceptSignature);
        if (signer != offer.device) revert WrongSigner(signer, offer.device);

        JobCard memory card = _cardOf(order, offer, JobWord.termsOf(orderHash, offerHash));
        _reserve(card.deviceIndex, offer, order.amount);
        uint96 lock = _begin(jobId, order, offer, card);
        _emitOpened(jobId, orderHash, offerHash, order, offer, card, lock, inputRoot);
        _collect(order.consumer, structHash, order.amount, order.lane, payment);
        if (lock > 0) IStakeManager(stake).lock(card.provider, lock);
    }

    function topUp(
        uint64 jobId,
        JobCard calldata card,
        uint96 funded,
        uint96 amount,
        uint8 lane,
        Payment calldata payment
    ) external {
        uint256 word = _load(jobId, card);
        if (!_isRunning(word)) revert WrongState(jobId, word.stateOf());
        if (word.has(STOPPING)) revert AlreadyStopping(jobId);
        if (block.timestamp > word.deadlineOf()) revert DeadlinePassed(block.timestamp, word.deadlineOf());
        if (amount == 0) revert ZeroAmount();
        Funds memory funds = _funds[jobId];
        if (funded != funds.funded) revert WrongFunded(funded, funds.funded);
        funds.funded = SafeCast.toUint96(uint256(funded) + amount);
        uint40 runUntil = word.deadlineOf();
        uint96 lock = 0;
        if (!word.has(SESSION)) {
            runUntil = _runUntil(funds, card.amount);
            _jobs[jobId] = word.withDeadline(runUntil);
            lock = _lockOf(amount);
            _held[jobId].locked += lock;
        }
        _funds[jobId] = funds;
        emit ToppedUp(jobId, amount, funds.funded, runUntil);
        _collect(card.consumer, _topUpHash(jobId, funded, amount), amount, lane, payment);
        if (lock > 0) IStakeManager(stake).lock(card.provider, lock);
    }

    /// @return lock of the provider's stake: of a session none
    function _begin(uint64 jobId, Order calldata order, Offer calldata offer, JobCard memory card)
        private
        returns (uint96 lock)
    {
        Funds memory funds = Funds(order.amount, 0, uint40(block.timestamp), 0);
        bool session = offer.unit == UNIT_REQUEST;
        uint40 runUntil = session ? uint40(block.timestamp) + order.runWindowS : _runUntil(funds, offer.price);
        uint256 duration = runUntil - block.timestamp;
        _requireDuration(duration, offer.durationMinS, offer.durationMaxS);
        _requireDuration(duration, WINDOW_MIN_S, WINDOW_MAX_S);
        uint24 epoch = SafeCast.toUint24(IOracleCommittee(committee).currentEpoch());
        _jobs[jobId] = JobWord.pack(JobState.RUNNING, session ? SESSION : 0, runUntil, epoch, JobWord.bindingOf(card));
        _funds[jobId] = funds;
        if (session) return 0;
        lock = _lockOf(order.amount) + CHECKPOINTS_MAX;
        _held[jobId].locked = lock;
    }

    /// @dev The last unit that is paid for ends the job.
    function _runUntil(Funds memory funds, uint96 price) private pure returns (uint40) {
        return SafeCast.toUint40(uint256(funds.startedAt) + funds.funded / price);
    }

    function _emitOpened(
        uint64 jobId,
        bytes32 orderHash,
        bytes32 offerHash,
        Order calldata order,
        Offer calldata offer,
        JobCard memory card,
        uint96 lock,
        bytes32 inputRoot
    ) private {
        emit RateJobOpened(
            jobId,
            orderHash,
            order.consumer,
            offerHash,
            offer.device,
            card.provider,
            card.deviceIndex,
            offer.unit,
            offer.price,
            order.amount,
            lock,
            _jobs[jobId].epochOf(),
            _jobs[jobId].deadlineOf(),
            inputRoot
        );
    }

    function _cardOf(Order calldata order, Offer calldata offer, bytes32 terms)
        private
        view
        returns (JobCard memory card)
    {
        (address provider, uint40 index, bool active, bytes32 deviceClass) =
            IDeviceRegistry(devices).deviceOf(offer.device);
        if (!active) revert DeviceNotActive(offer.device);
        if (deviceClass != offer.deviceClass) revert WrongDeviceClass(offer.deviceClass, deviceClass);
        return JobCard(terms, order.consumer, provider, index, offer.price);
    }

    function _reserve(uint40 deviceIndex, Offer calldata offer, uint96 amount) private {
        DeviceSlot memory slot = _devices[deviceIndex];
        if (offer.nonce < slot.nonceFloor) revert OfferWithdrawn(offer.nonce, slot.nonceFloor);
        if (slot.active >= offer.concurrentMax) revert DeviceBusy(uint256(slot.active) + 1, offer.concurrentMax);
        uint256 volume = uint256(slot.volume) + amount;
        if (volume > offer.volumeMax) revert OfferVolumeExceeded(volume, offer.volumeMax);
        slot.active += 1;
        slot.volume = uint96(volume);
        _devices[deviceIndex] = slot;
    }

    /// @dev As JobMarket's: two lanes bind no message by themselves, and need the consumer's signature over it.
    function _collect(address consumer, bytes32 structHash, uint96 amount, uint8 lane, Payment calldata payment)
        private
    {
        if (lane > Lanes.DEPOSIT) revert UnsupportedLane(lane);
        if (lane == Lanes.PRIOR_BALANCE || lane == Lanes.EIP2612) {
            bytes calldata signature = payment.signature;
            if (lane == Lanes.EIP2612 && signature.length >= PERMIT_BYTES) signature = signature[PERMIT_BYTES:];
            if (msg.sender != consumer && !_isConsumers(consumer, _digest(structHash), signature)) {
                revert WrongConsumerSignature(consumer);
            }
        }
        if (lane == Lanes.PRIOR_BALANCE) ITokenVault(vault).takeCredit(consumer, amount);
        else ITokenVault(vault).collect(lane, structHash, consumer, amount, payment);
    }

    function _requireMayJoin(Order calldata order, bytes32 offerHash) private view {
        if (order.offerHash != 0) {
            if (order.offerHash != offerHash) revert WrongOffer(offerHash, order.offerHash);
        } else if (order.matcher == address(0)) {
            revert NobodyMayJoin();
        } else if (msg.sender != order.matcher) {
            revert NotMatcher(msg.sender, order.matcher);
        }
    }

    function _requireFits(Order calldata order, Offer calldata offer) private view {
        if (offer.unit != UNIT_RATE && offer.unit != UNIT_REQUEST) revert UnsupportedUnit(offer.unit);
        if (order.callback != address(0)) revert UnsupportedCallback(order.callback);
        if (order.consumer == address(0)) revert ZeroAddress();
        if (block.timestamp > order.orderDeadline) revert DeadlinePassed(block.timestamp, order.orderDeadline);
        uint256 latest = block.timestamp + ORDER_WINDOW_MAX_S;
        if (order.orderDeadline > latest) revert DeadlineTooFar(order.orderDeadline, latest);
        if (block.timestamp > offer.expiry) revert OfferExpired(block.timestamp, offer.expiry);
        if (offer.price == 0) revert ZeroAmount();
        if (offer.price > order.priceMax) revert PriceTooHigh(offer.price, order.priceMax);
        if (offer.price > order.amount) revert PriceTooHigh(offer.price, order.amount);
        if (order.deviceClass != 0 && order.deviceClass != offer.deviceClass) {
            revert WrongDeviceClass(offer.deviceClass, order.deviceClass);
        }
        if (order.regions != 0 && order.regions & offer.regions == 0) {
            revert NoCommonRegion(offer.regions, order.regions);
        }
        if (order.grade > 7 || offer.grades & (1 << order.grade) == 0) {
            revert GradeNotOffered(order.grade, offer.grades);
        }
        _requireFee(FEE_BPS, order.feeBpsMax);
        if (offer.unit == UNIT_RATE) _requireFee(ISettlement(settlement).feeBps(), order.feeBpsMax);
    }

    function _requireFee(uint16 got, uint16 max) private pure {
        if (got > max) revert FeeAboveBound(got, max);
    }

    function _requireDuration(uint256 got, uint32 min, uint32 max) private pure {
        if (got < min || got > max) revert DurationOutOfRange(got, min, max);
    }
}
