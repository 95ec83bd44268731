// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import {BatchItem, JobCard, JobState, Offer, Order, Payment} from "../interfaces/AssayTypes.sol";
import {IDeviceRegistry} from "../interfaces/IDeviceRegistry.sol";
import {IJobEntry} from "../interfaces/IJobMarket.sol";
import {IStakeManager} from "../interfaces/IStakeManager.sol";
import {AssayHash} from "../libraries/AssayHash.sol";
import {Lanes} from "../libraries/Lanes.sol";
import {OfferWords, OrderWords} from "../libraries/SignedWords.sol";
import {JobPaying} from "./JobPaying.sol";
import {JobWord} from "./JobWord.sol";
import {ECDSA} from "@openzeppelin/contracts/utils/cryptography/ECDSA.sol";
import {SafeCast} from "@openzeppelin/contracts/utils/math/SafeCast.sol";

/// @title From paid to assigned or running: fund, join, open, accept
abstract contract JobOpening is JobPaying, IJobEntry {
    using JobWord for uint256;
    using OrderWords for Order;
    using OfferWords for Offer;

    /// @dev An Order's two hashes and its job's id.
    struct Hashes {
        bytes32 structHash;
        bytes32 order;
        bytes32 offer;
        uint64 jobId;
    }

    function fund(Order calldata order, Payment calldata payment) external returns (uint64 jobId) {
        _requireNotPaused(_gate);
        _requireFundable(order);
        Hashes memory hashes = _hash(order);
        jobId = hashes.jobId;
        if (_jobs[jobId] != 0) revert OrderConsumed(jobId);
        bool retryable = order.offerHash == 0 && order.attemptsMax > 1;
        _openAttempt(jobId, hashes.order, order.consumer, order.amount, 1, order.orderDeadline, retryable);
        _collect(order, hashes.structHash, hashes.order, order.amount, payment);
    }

    function join(
        Order calldata order,
        uint8 attempt,
        uint96 amount,
        Offer calldata offer,
        bytes calldata offerSignature
    ) external {
        bytes32 orderHash = _hashOrder(order);
        uint64 jobId = AssayHash.jobId(orderHash, attempt);
        JobCard memory card = JobCard(JobWord.termsOf(orderHash, 0), order.consumer, address(0), 0, amount);
        uint256 word = _load(jobId, card);
        _requireState(jobId, word, JobState.FUNDED);
        _requireInTime(word.deadlineOf());
        bytes32 offerHash = _hashTypedDataV4(AssayHash.hash(offer));
        _requireMayJoin(order, offerHash);
        _requireFits(order, offer, amount);
        _requireSigned(offerHash, offerSignature, offer.device);
        (card.provider, card.deviceIndex) = _deviceOf(offer);
        _reserve(card.deviceIndex, offer);

        card.terms = JobWord.termsOf(orderHash, offerHash);
        card.amount = offer.price;
        _jobs[jobId] =
            JobWord.pack(JobState.ASSIGNED, word.flagsOf(), _after(order.acceptWindowS), 0, JobWord.bindingOf(card));
        _emitAssigned(jobId, offerHash, order, offer, card);
        if (amount > offer.price) _refund(jobId, order.consumer, amount - offer.price);
    }

    function open(Order calldata order, Payment calldata payment, Offer calldata offer, bytes calldata offerSignature)
        external
        returns (uint64 jobId)
    {
        _requireNotPaused(_gate);
        Hashes memory hashes = _hashMatched(order, offer);
        jobId = hashes.jobId;
        if (_jobs[jobId] != 0) revert OrderConsumed(jobId);
        _requireSigned(hashes.offer, offerSignature, offer.device);
        JobCard memory card = _cardOf(order, offer, hashes);
        _reserve(card.deviceIndex, offer);

        bool retryable = order.offerHash == 0 && order.attemptsMax > 1;
        _jobs[jobId] = JobWord.pack(
            JobState.ASSIGNED,
            retryable ? JobWord.RETRYABLE : 0,
            _after(order.acceptWindowS),
            0,
            JobWord.bindingOf(card)
        );
        uint96 taken = _takenOf(order, offer.price);
        emit JobFunded(jobId, hashes.order, order.consumer, taken, 1, order.orderDeadline);
        _emitAssigned(jobId, hashes.offer, order, offer, card);
        _pay(order, hashes, taken, offer.price, payment);
    }

    function openAccepted(
        Order calldata order,
        Payment calldata payment,
        Offer calldata offer,
        bytes32 inputRoot,
        bytes calldata acceptSignature
    ) external returns (uint64 jobId) {
        Gate memory gate = _gate;
        _requireNotPaused(gate);
        Hashes memory hashes = _hashMatched(order, offer);
        jobId = hashes.jobId;
        if (_jobs[jobId] != 0) revert OrderConsumed(jobId);
        _requireAccepted(hashes, inputRoot, acceptSignature, offer.device);
        JobCard memory card = _cardOf(order, offer, hashes);
        _reserve(card.deviceIndex, offer);
        _run(order, offer, hashes, card, gate.epoch, inputRoot);
        _pay(order, hashes, _takenOf(order, offer.price), offer.price, payment);
        IStakeManager(stake).lock(card.provider, _lockOf(offer.price));
    }

    function openBatch(BatchItem[] calldata items, Offer calldata offer) external returns (uint256 opened) {
        Gate memory gate = _gate;
        _requireNotPaused(gate);
        bytes32 offerHash = _hashTypedDataV4(AssayHash.hash(offer));
        (address provider, uint40 deviceIndex) = _deviceOf(offer);
        DeviceSlot memory slot = _devices[deviceIndex];
        if (offer.nonce < slot.nonceFloor) revert OfferWithdrawn(offer.nonce, slot.nonceFloor);
        uint96 price = offer.price;
        for (uint256 i = 0; i < items.length; ++i) {
            BatchItem calldata item = items[i];
            Order calldata order = item.order;
            address consumer = order.consumer;
            if (order.lane != Lanes.PRIOR_BALANCE) revert UnsupportedLane(order.lane);
            _requireFundable(order);
            _requireMayJoin(order, offerHash);
            _requireFits(order, offer, order.amount);
            Hashes memory hashes = _hash(order);
            hashes.offer = offerHash;
            _requireAccepted(hashes, item.inputRoot, item.acceptSignature, offer.device);
            if (
                _jobs[hashes.jobId] != 0 || !_hasRoom(slot, offer)
                    || !_isConsumers(consumer, hashes.order, item.orderSignature) || !_tryTakeCredit(consumer, price)
            ) {
                emit OrderSkipped(hashes.jobId);
                continue;
            }
            unchecked {
                slot.volume += price; // at most volumeMax
                slot.active += 1;
                ++opened;
            }
            JobCard memory card =
                JobCard(JobWord.termsOf(hashes.order, offerHash), consumer, provider, deviceIndex, price);
            _run(order, offer, hashes, card, gate.epoch, item.inputRoot);
        }
        _devices[deviceIndex] = slot;
        if (opened > 0) IStakeManager(stake).lock(provider, uint96(opened * _lockOf(price)));
    }

    function accept(
        Order calldata order,
        uint8 attempt,
        bytes32 offerHash,
        JobCard calldata card,
        bytes32 inputRoot,
        bytes calldata deviceSignature
    ) external {
        bytes32 orderHash = _hashOrder(order);
        uint64 jobId = AssayHash.jobId(orderHash, attempt);
        uint256 word = _loadBound(jobId, orderHash, offerHash, card);
        _requireState(jobId, word, JobState.ASSIGNED);
        _requireInTime(word.deadlineOf());
        bytes32 structHash = AssayHash.hashAccept(jobId, orderHash, offerHash, inputRoot);
        address device = ECDSA.recoverCalldata(_hashTypedDataV4(structHash), deviceSignature);
        if (!_requireDevice(device, card.deviceIndex)) revert DeviceNotActive(device);

        uint24 epoch_ = _gate.epoch;
        uint40 runUntil = _after(order.runWindowS);
        uint96 lock = _lockOf(card.amount);
        _jobs[jobId] = JobWord.pack(JobState.RUNNING, word.flagsOf(), runUntil, epoch_, word.bindingOf());
        emit JobAccepted(jobId, device, epoch_, lock, runUntil, inputRoot);
        IStakeManager(stake).lock(card.provider, lock);
    }

    /// @dev The job runs from here on; its payment and its lock follow.
    function _run(
        Order calldata order,
        Offer calldata offer,
        Hashes memory hashes,
        JobCard memory card,
        uint24 epoch_,
        bytes32 inputRoot
    ) private {
        uint40 runUntil = _after(order.runWindowS);
        _jobs[hashes.jobId] = JobWord.pack(JobState.RUNNING, 0, runUntil, epoch_, JobWord.bindingOf(card));
        emit JobOpened(
            hashes.jobId,
            hashes.order,
            card.consumer,
            hashes.offer,
            offer.device,
            card.provider,
            card.deviceIndex,
            card.amount,
            epoch_,
            runUntil,
            inputRoot
        );
    }

    function _pay(Order calldata order, Hashes memory hashes, uint96 taken, uint96 price, Payment calldata payment)
        private
    {
        _collect(order, hashes.structHash, hashes.order, taken, payment);
        if (taken > price) _refund(hashes.jobId, order.consumer, taken - price);
    }

    /// @dev Out of credit no more than the price; the other lanes' signatures name the Order's amount.
    function _takenOf(Order calldata order, uint96 price) private pure returns (uint96) {
        return order.lane == Lanes.PRIOR_BALANCE ? price : order.amount;
    }

    function _hash(Order calldata order) private view returns (Hashes memory hashes) {
        hashes.structHash = AssayHash.hash(order);
        hashes.order = _hashTypedDataV4(hashes.structHash);
        hashes.jobId = AssayHash.jobId(hashes.order, 1);
    }

    function _hashMatched(Order calldata order, Offer calldata offer) private view returns (Hashes memory hashes) {
        _requireFundable(order);
        hashes = _hash(order);
        hashes.offer = _hashTypedDataV4(AssayHash.hash(offer));
        _requireMayJoin(order, hashes.offer);
        _requireFits(order, offer, order.amount);
    }

    function _cardOf(Order calldata order, Offer calldata offer, Hashes memory hashes)
        private
        view
        returns (JobCard memory card)
    {
        card.terms = JobWord.termsOf(hashes.order, hashes.offer);
        card.consumer = order.consumer;
        (card.provider, card.deviceIndex) = _deviceOf(offer);
        card.amount = offer.price;
    }

    function _emitAssigned(
        uint64 jobId,
        bytes32 offerHash,
        Order calldata order,
        Offer calldata offer,
        JobCard memory card
    ) private {
        emit JobAssigned(
            jobId, offerHash, offer.device, card.provider, card.deviceIndex, card.amount, _after(order.acceptWindowS)
        );
    }

    /// @dev Takes a place on the device and of its volume.
    function _reserve(uint40 deviceIndex, Offer calldata offer) private {
        DeviceSlot memory slot = _devices[deviceIndex];
        if (offer.nonce < slot.nonceFloor) revert OfferWithdrawn(offer.nonce, slot.nonceFloor);
        if (!_hasRoom(slot, offer)) {
            if (slot.active >= offer.concurrentMax) revert DeviceBusy(uint256(slot.active) + 1, offer.concurrentMax);
            revert OfferVolumeExceeded(uint256(slot.volume) + offer.price, offer.volumeMax);
        }
        unchecked {
            slot.active += 1;
            slot.volume += offer.price; // at most volumeMax
        }
        _devices[deviceIndex] = slot;
    }

    function _hasRoom(DeviceSlot memory slot, Offer calldata offer) private pure returns (bool) {
        unchecked {
            return slot.active < offer.word(OfferWords.CONCURRENT_MAX)
                && uint256(slot.volume) + offer.word(OfferWords.PRICE) <= offer.word(OfferWords.VOLUME_MAX);
        }
    }

    /// @dev The registry tells 48 bits of the class, which the same provider chose as what the device signs.
    function _deviceOf(Offer calldata offer) private view returns (address provider, uint40 index) {
        bool active;
        uint48 classTag;
        address device = offer.device;
        bytes32 deviceClass = offer.deviceClass;
        (provider, index, active, classTag) = IDeviceRegistry(devices).recordOf(device);
        if (!active) revert DeviceNotActive(device);
        if (classTag != uint48(uint256(deviceClass))) {
            (,,, bytes32 registered) = IDeviceRegistry(devices).deviceOf(device);
            revert WrongDeviceClass(deviceClass, registered);
        }
    }

    function _requireNotPaused(Gate memory gate) private view {
        if (block.timestamp <= gate.pausedUntil) revert NewJobsArePaused();
    }

    function _requireSigned(bytes32 digest, bytes calldata signature, address want) private pure {
        address signer = ECDSA.recoverCalldata(digest, signature);
        if (signer != want) revert WrongSigner(signer, want);
    }

    function _requireAccepted(Hashes memory hashes, bytes32 inputRoot, bytes calldata signature, address device)
        private
        view
    {
        bytes32 structHash = AssayHash.hashAccept(hashes.jobId, hashes.order, hashes.offer, inputRoot);
        _requireSigned(_hashTypedDataV4(structHash), signature, device);
    }

    /// @dev Reads whole words: bits above a field's width make its value too large for its bound, or are as the
    /// consumer signed them.
    function _requireFundable(Order calldata order) private view {
        unchecked {
            if (order.word(OrderWords.GRADE) - GRADE_MIN > GRADE_MAX - GRADE_MIN) revert UnknownGrade(order.grade);
            if (order.word(OrderWords.AMOUNT) == 0) revert ZeroAmount();
            if (order.word(OrderWords.CONSUMER) == 0) revert ZeroAddress();
            if (order.word(OrderWords.OFFER_HASH) | order.word(OrderWords.MATCHER) == 0) revert NobodyMayJoin();
            if (order.word(OrderWords.ATTEMPTS_MAX) - 1 >= ATTEMPTS_MAX_MAX) {
                revert WrongAttempts(order.attemptsMax, ATTEMPTS_MAX_MAX);
            }
            if (FEE_BPS > order.word(OrderWords.FEE_BPS_MAX)) revert FeeAboveBound(FEE_BPS, order.feeBpsMax);
            uint256 deadline = order.word(OrderWords.ORDER_DEADLINE);
            if (block.timestamp > deadline) revert DeadlinePassed(block.timestamp, order.orderDeadline);
            if (deadline > block.timestamp + ORDER_WINDOW_MAX_S) {
                revert DeadlineTooFar(order.orderDeadline, block.timestamp + ORDER_WINDOW_MAX_S);
            }
            _requireWindow(order.word(OrderWords.ACCEPT_WINDOW_S));
            _requireWindow(order.word(OrderWords.RUN_WINDOW_S));
            _requireWindow(order.word(OrderWords.REPORT_WINDOW_S));
        }
    }

    function _requireWindow(uint256 windowS) private view {
        unchecked {
            if (windowS - WINDOW_MIN_S > WINDOW_MAX_S - WINDOW_MIN_S) {
                revert WindowOutOfRange(SafeCast.toUint32(windowS), WINDOW_MIN_S, WINDOW_MAX_S);
            }
        }
    }

    function _requireMayJoin(Order calldata order, bytes32 offerHash) private view {
        bytes32 wanted = order.offerHash;
        if (wanted == 0) {
            if (msg.sender != order.matcher) revert NotMatcher(msg.sender, order.matcher);
        } else if (wanted != offerHash) {
            revert WrongOffer(offerHash, wanted);
        }
    }

    function _requireFits(Order calldata order, Offer calldata offer, uint96 amount) private view {
        if (offer.word(OfferWords.UNIT) != UNIT_FIXED) revert UnsupportedUnit(offer.unit);
        if (block.timestamp > offer.word(OfferWords.EXPIRY)) revert OfferExpired(block.timestamp, offer.expiry);
        uint256 price = offer.word(OfferWords.PRICE);
        if (price == 0) revert ZeroAmount();
        if (price > order.word(OrderWords.PRICE_MAX)) revert PriceTooHigh(offer.price, order.priceMax);
        if (price > amount) revert PriceTooHigh(offer.price, amount);
        bytes32 wanted = order.deviceClass;
        if (wanted != 0 && wanted != offer.deviceClass) revert WrongDeviceClass(offer.deviceClass, wanted);
        uint256 regions = order.word(OrderWords.REGIONS);
        if (regions != 0 && regions & offer.word(OfferWords.REGIONS) == 0) {
            revert NoCommonRegion(offer.regions, order.regions);
        }
        if ((offer.word(OfferWords.GRADES) >> order.word(OrderWords.GRADE)) & 1 == 0) {
            revert GradeNotOffered(order.grade, offer.grades);
        }
        uint256 runWindowS = order.word(OrderWords.RUN_WINDOW_S);
        if (runWindowS < offer.word(OfferWords.DURATION_MIN_S) || runWindowS > offer.word(OfferWords.DURATION_MAX_S)) {
            revert RunWindowNotOffered(order.runWindowS, offer.durationMinS, offer.durationMaxS);
        }
    }
}
